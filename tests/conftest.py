"""What all tests share: the loaded mappings, outside tools that must be there in CI, and golden files."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from permcheck import workers
from permcheck.knowledge import Knowledge, load_knowledge

THREADS = threading.active_count()
"""Those of the test runner itself."""

# No test asserts a time: a busy machine must not fail one either.
settings.register_profile("permcheck", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("permcheck")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite golden files instead of comparing with them")


@pytest.fixture(scope="session", autouse=True)
def _forked() -> Iterator[None]:
    """The thread of pytest-xdist sleeps, so forking beside it is safe, and spares each test a fresh interpreter."""
    with pytest.MonkeyPatch.context() as patch:
        if "PYTEST_XDIST_WORKER" in os.environ and sys.platform.startswith("linux"):
            patch.setattr(workers, "can_fork", lambda: threading.active_count() <= THREADS)
        yield


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def samples() -> Path:
    return Path(__file__).parent.parent / "sample_apks"


@pytest.fixture
def tool() -> Callable[..., str]:
    """The path of an outside program, the first name installed; without one a test is skipped, in CI it fails."""

    def find(*names: str) -> str:
        for name in names:
            path = shutil.which(name)
            if path:
                return path
        if os.environ.get("CI"):
            pytest.fail(f"CI must have one of: {', '.join(names)}")
        pytest.skip(f"needs one of: {', '.join(names)}")

    return find


@pytest.fixture
def material() -> Callable[[str], Path]:
    """Outside material that an environment variable names; unset, the test is skipped, in CI it fails."""

    def find(variable: str) -> Path:
        value = os.environ.get(variable)
        if not value:
            if os.environ.get("CI"):
                pytest.fail(f"CI must set {variable}")
            pytest.skip(f"set {variable}")
        path = Path(value)
        assert path.exists(), f"{variable} names {path}, which does not exist"
        return path

    return find


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare text with a golden file, or rewrite the file under ``--update``."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text

    return compare
