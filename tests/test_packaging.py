"""What is installed finds its mappings: as a wheel with a ready index, in a checkout, and as an editable install."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from permcheck.knowledge import load_knowledge

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    target = tmp_path_factory.mktemp("dist")
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(target)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return target / done.stdout.strip().splitlines()[-1]


def test_the_wheel_carries_mappings_index_schema_and_templates(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"permcheck/mappings/mappings.index", "permcheck/reports/report.schema.json"} <= names
    for section in ("categories", "rules", "sdks", "languages"):
        ours = {f"permcheck/mappings/{section}/{path.name}" for path in (ROOT / "mappings" / section).glob("*.toml")}
        assert ours
        assert ours <= names
    assert any(name.startswith("permcheck/reports/templates/") for name in names)
    assert not any(name.startswith(("tests/", "sample_apks/")) for name in names)


def test_the_installed_wheel_says_what_the_checkout_says(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        "import permcheck, json; from permcheck.knowledge import load_knowledge as load; k = load();"
        "print(json.dumps([permcheck.__file__, k.digest, len(k.sdks), list(k.rules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    file, digest, sdks, rules = json.loads(done.stdout)
    knowledge = load_knowledge()
    assert Path(file).is_relative_to(tmp_path)
    assert (digest, sdks, rules) == (knowledge.digest, len(knowledge.sdks), list(knowledge.rules))


HEAVY = (
    "androguard",
    "jinja2",
    "pypdfium2",
    "cryptography",
    "lxml",
    "tomllib",
    "charset_normalizer",
    "concurrent.futures.process",
    "permcheck.pipeline",
)


@pytest.mark.parametrize("command", [["--help"], ["--version"], ["check", "--help"]])
def test_help_loads_no_heavy_module(command):
    code = (
        f"import sys; from permcheck.cli import cli\ntry: cli({command!r})\n"
        f"finally: print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout
    assert done.stderr.strip() == "[]"
