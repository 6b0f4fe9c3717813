"""What the ready-made integrations run is run here, with the installation replaced by what is being tested."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
HOOK = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]


@pytest.fixture
def project(tmp_path):
    """A project with an app and a policy where the integrations look, and a ``permcheck`` that is this one."""
    for path, source in (("build/app-release.apk", "halden-home.apk"), ("docs/privacy.html", "policy_clean.html")):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "sample_apks" / source, tmp_path / path)
    for name in ("tools", "staging", "out"):
        (tmp_path / name).mkdir()
    tools = tmp_path / "tools"
    permcheck = f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m permcheck "$@"\n'
    venv = 'mkdir -p "$3/bin"; for tool in pip permcheck; do cp "$(command -v $tool)" "$3/bin/"; done'
    for name, text in {"permcheck": permcheck, "pip": "#!/bin/sh\n", "python3": f"#!/bin/sh\n{venv}\n"}.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    return tmp_path


def run(project, script, **variables):
    script = script.replace("app-release.aab", "app-release.apk")  # the sample that there is
    environment = {**os.environ, "PATH": f"{project / 'tools'}:/usr/bin:/bin", "HOME": str(project), **variables}
    return subprocess.run(
        ["/bin/bash", "-ec", script], cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def test_azure(project):
    steps = yaml.safe_load((ROOT / "integrations" / "azure-pipelines.yml").read_text(encoding="utf-8"))["steps"]
    script = "\n".join(step["script"] for step in steps if "script" in step)
    done = run(project, script.replace("$(Build.ArtifactStagingDirectory)", "staging"))
    assert done.returncode in (0, 1), done.stderr
    assert (project / "permcheck.xml").is_file()
    assert (project / "staging" / "review.html").is_file()
    assert next(step for step in steps if step.get("task", "").startswith("Publish"))["inputs"]["testResultsFiles"] == (
        "permcheck.xml"
    )


def test_bitrise(project):
    flow = yaml.safe_load((ROOT / "integrations" / "bitrise.yml").read_text(encoding="utf-8"))
    script = flow["workflows"]["permcheck"]["steps"][0]["script@1"]["inputs"][0]["content"]
    app = str(project / "build" / "app-release.apk")
    done = run(
        project, script, BITRISE_SOURCE_DIR=str(project), BITRISE_AAB_PATH=app, BITRISE_DEPLOY_DIR=str(project / "out")
    )
    assert done.returncode in (0, 1), done.stderr
    assert (project / "out" / "review.html").is_file()


def test_jenkins(project):
    text = (ROOT / "integrations" / "Jenkinsfile").read_text(encoding="utf-8")
    done = run(project, text.split("'''")[1])
    assert done.returncode in (0, 1), done.stderr
    kept = re.search(r"artifacts: '([^']+)'", text).group(1).split(",")
    assert all((project / name).is_file() for name in (*kept, "permcheck.xml"))


def test_a_broken_app_fails_each_of_them(project):
    (project / "build" / "app-release.apk").write_bytes(b"nothing")
    text = (ROOT / "integrations" / "Jenkinsfile").read_text(encoding="utf-8")
    assert run(project, text.split("'''")[1]).returncode == 3


@pytest.mark.parametrize(
    "path",
    [
        "docs/privacy.html",
        "legal/en.md",
        "PRIVACY_POLICY.txt",
        "web/datenschutzerklaerung.html",
        "fr/politique-de-confidentialité.md",
        "es/politica-de-privacidad.html",
        "vie-privee.txt",
        "zh/隐私政策.html",
        "ja/プライバシーポリシー.html",
        "個人情報保護方針.txt",
        "privacy/de/index.html",
    ],
)
def test_the_hook_takes_a_policy_by_its_name_in_any_of_our_languages(path):
    assert re.search(HOOK["files"], path)


@pytest.mark.parametrize("path", ["README.md", "src/main.py", "docs/privacy.png", "app/build.gradle"])
def test_the_hook_leaves_other_files(path):
    assert not re.search(HOOK["files"], path)
