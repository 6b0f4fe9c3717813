"""Whatever is done to a plist, a strings file or an archive, the answer is facts, gaps or one line of refusal."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "fuzz_ios.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_ios", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_mutants_are_answered(tmp_path: Path) -> None:
    answers = load().run(1000, 7, tmp_path)
    assert answers.total() == 1000
    assert {"plist: read", "plist: refused", "strings: read", "archive: refused", "inside: read with gaps"} <= set(
        answers
    )
