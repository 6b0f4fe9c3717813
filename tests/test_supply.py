"""What permcheck is built from: pinned by digest, free of the GPL, and built twice to the same bytes."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKS = {"requirements.lock": ("xlsx", "build", "dev"), "integrations/requirements.lock": ("xlsx", "build")}
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def pins(name):
    found = {}
    for package, version, rest in PIN.findall((ROOT / name).read_text("utf-8")):
        found.setdefault(str(canonicalize_name(package)), []).append((version, rest))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_file_has_every_requirement_in_a_version_that_fits(name):
    """`.ci/lock` renews it."""
    optional = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *(text for extra in LOCKS[name] for text in optional[extra])]
    known = pins(name)
    for requirement in map(Requirement, wanted):
        if requirement.name == "permcheck":
            continue
        versions = [version for version, _ in known.get(str(canonicalize_name(requirement.name)), [])]
        assert versions, f"{name} lacks {requirement}; run .ci/lock"
        assert all(requirement.specifier.contains(version) for version in versions), requirement


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_digests_and_names_no_index(name):
    known = pins(name)
    assert len(known) > 30
    for package, entries in known.items():
        assert all("--hash=sha256:" in rest for _, rest in entries), package
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert "--index-url" not in text


def test_dependencies_whose_majors_have_moved_have_an_upper_bound():
    bounded = {one.name for one in map(Requirement, PROJECT["dependencies"]) if "<" in str(one.specifier)}
    assert {"androguard", "click", "jinja2", "pypdfium2"} <= bounded


def supply(*words):
    return subprocess.run(
        [sys.executable, ".ci/supply.py", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_licences_are_listed_and_none_is_the_gpl():
    done = supply("licences")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert ", 0 problems" in done.stdout


@pytest.fixture
def module():
    import importlib.util  # noqa: PLC0415

    spec = importlib.util.spec_from_file_location("supply", ROOT / ".ci" / "supply.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("GPL-3.0-only", True),
        ("AGPLv3", True),
        ("GNU General Public License v2 (GPLv2)", True),
        ("GNU Affero General Public License v3", True),
        ("LGPL-2.1", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("MIT", False),
        ("Apache-2.0", False),
    ],
)
def test_which_licences_are_refused(module, said, refused):
    assert bool(module.FORBIDDEN.search(said)) is refused


def audited(module, monkeypatch, output):
    done = subprocess.CompletedProcess([], 1, output, "")
    monkeypatch.setattr(module.subprocess, "run", lambda *_, **__: done)
    return module.audit(must=False), module.audit(must=True)


def test_an_audit_that_asked_nobody_is_no_pass(module, monkeypatch, capsys):
    for output in ("", "Connection refused", '{"dependencies": [{"name": "a", "skip_reason": "unknown"}]}'):
        assert audited(module, monkeypatch, output) == (0, 1)
        assert "audit: NOT DONE" in capsys.readouterr().out


def test_an_audit_fails_for_a_flaw_and_for_a_pin_that_nobody_knows(module, monkeypatch, capsys):
    flaw = '{"id": "X-1", "fix_versions": ["2"]}'
    clean, bad = '{"name": "a", "version": "1", "vulns": []}', f'{{"name": "b", "version": "1", "vulns": [{flaw}]}}'
    assert audited(module, monkeypatch, f'{{"dependencies": [{clean}]}}') == (0, 0)
    assert audited(module, monkeypatch, f'{{"dependencies": [{clean}, {bad}]}}') == (1, 1)
    assert "b 1: X-1, mended in 2" in capsys.readouterr().out
    unknown = '{"name": "c", "version": "1", "skip_reason": "unknown"}'
    assert audited(module, monkeypatch, f'{{"dependencies": [{clean}, {unknown}]}}') == (1, 1)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """Two builds, in two places, under two umasks, time zones, locales and hash seeds."""
    made = []
    for mask, seed, zone in (("022", "1", "UTC"), ("077", "2", "Pacific/Auckland")):
        target = tmp_path_factory.mktemp("dist")
        code = "from hatchling.build import build_wheel; import sys; build_wheel(sys.argv[1])"
        command = f'umask {mask} && exec "{sys.executable}" -c "{code}" "{target}"'
        environment = {"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": seed, "TZ": zone, "HOME": str(target)}
        subprocess.run(["bash", "-c", command], cwd=ROOT, env=environment, check=True, capture_output=True)
        made.append(next(target.glob("*.whl")))
    return made


def test_two_builds_of_the_wheel_are_the_same_bytes(wheels):
    first, second = (hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels)
    assert first == second


def test_everybody_may_read_what_the_wheel_installs(wheels):
    with zipfile.ZipFile(wheels[1]) as archive:
        assert {info.external_attr >> 16 & 0o777 for info in archive.infolist()} <= {0o644, 0o664, 0o755}


def test_the_release_workflow_is_pinned_and_signs():
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    uses = re.findall(r"uses: (\S+)", text)
    assert uses
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one) for one in uses)
    assert "actions/attest-build-provenance@" in text
    assert "supply.py audit --must" in text
    assert text.count("permissions: {}") == 1
