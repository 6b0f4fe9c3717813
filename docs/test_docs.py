"""Every command that the documentation tells is run, and the site is built without a warning and with whole links."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from permcheck.knowledge import load_knowledge

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").rglob("*.md"))
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"#\s*exits (\d)\s*$")


def environment(home):
    return {**os.environ, "XDG_CACHE_HOME": str(home), "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}


@pytest.fixture
def place(tmp_path):
    (tmp_path / "sample_apks").mkdir()
    for path in (ROOT / "sample_apks").glob("*.*"):
        shutil.copy(path, tmp_path / "sample_apks")
    return tmp_path


def run(*words, cwd, home):
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env=environment(home), capture_output=True, text=True, check=False
    )


def name(path):
    return path.relative_to(ROOT / "docs").as_posix()


@pytest.mark.parametrize("page", [page for page in PAGES if BLOCK.search(page.read_text(encoding="utf-8"))], ids=name)
def test_every_command_of_a_page_runs(page, place, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            assert words[0] == "permcheck", line
            told = CODE.search(line)
            done = run("-m", *words, cwd=place, home=home)
            assert done.returncode == (int(told.group(1)) if told else 0), f"{line}\n{done.stdout}{done.stderr}"
            assert done.stdout


@pytest.mark.parametrize("page", [page for page in PAGES if "from permcheck import" in page.read_text()], ids=name)
def test_every_program_of_a_page_runs(page, place, tmp_path_factory):
    for program in PYTHON.findall(page.read_text(encoding="utf-8")):
        done = run("-c", program, cwd=place, home=tmp_path_factory.mktemp("home"))
        assert done.returncode == 0, done.stderr
        assert "PC101" in done.stdout


class Links(HTMLParser):
    """The addresses that a page refers to, and the names in it that others may refer to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.names = set(), set()
        self.feed(text)

    def handle_starttag(self, _, attrs):
        found = dict(attrs)
        self.names.update(found[key] for key in ("id", "name") if found.get(key))
        self.links.update(found[key] for key in ("href", "src") if found.get(key))


def test_the_site_is_built_without_a_warning_and_its_links_resolve(tmp_path):
    done = run("-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site", cwd=ROOT, home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in (tmp_path / "site").rglob("*.html")}
    assert len(pages) > 170
    broken = []
    for path, page in pages.items():
        for link in page.links:
            address, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:|//", link) or path.name == "404.html":
                continue
            target = (path.parent / address).resolve() if address else path
            if not target.exists() or (anchor and target in pages and anchor not in pages[target].names):
                broken.append(f"{path.relative_to(tmp_path)}: {link}")
    assert broken == []


def test_every_rule_and_category_has_a_page():
    knowledge = load_knowledge()
    spec = importlib.util.spec_from_file_location("hooks", ROOT / "docs" / "hooks.py")
    hooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hooks)
    for rule in knowledge.rules.values():
        page = hooks.rule_page(rule, knowledge)
        assert rule.references[0] in page
        assert "## Found" in page
        assert "## Passed" in page
    for category in knowledge.categories.values():
        assert f"`{category.id}`" in hooks.category_page(category, knowledge)
