"""A hostile tree: what a configuration that lay in it may say, and what only one that the user names may say."""

from __future__ import annotations

import json
import os
import shutil

import pytest

WAIVER = '[[waiver]]\nrule = "{rule}"\nsubject = "{subject}"\nreason = "r"\nowner = "o"\nexpires = 2026-06-30\n'


@pytest.fixture
def tree(tmp_path, android, gaps, monkeypatch):
    """A checkout with an app and a policy that fails, in the working directory."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    shutil.copy(android, tmp_path / "a.apk")
    shutil.copy(gaps, tmp_path / "p.txt")
    return tmp_path


LOOSENING = {
    'exit-zero = true\nfail-on = "error"': "'exit-zero'",
    "allow-incomplete = true": "'allow-incomplete'",
    'fail-on = "never"': 'fail-on = "never"',
    'min-confidence = "high"': 'min-confidence = "high"',
    'min-confidence = "medium"': 'min-confidence = "medium"',
    'mappings = ["map"]': "'mappings'",
    'limits = ["app-memory=1"]': "'limits'",
    'output = "text:.venv/bin/activate"': "output under a name that is not its format's (text:.venv/bin/activate)",
    'output = "markdown:setup.py"': "output under a name that is not its format's (markdown:setup.py)",
    'output = "json:.npmrc"': "output under a name that is not its format's (json:.npmrc)",
    'policy = "../p.txt"': "policy outside of this directory (../p.txt)",
    'policy = ["p.txt", "/etc/hostname"]': "policy outside of this directory (/etc/hostname)",
    'app = "out/a.apk"': "app outside of this directory (out/a.apk)",
    'baseline = "/tmp/old.json"': "baseline outside of this directory (/tmp/old.json)",
    'decisions = "../d.json"': "decisions outside of this directory (../d.json)",
    'data-safety = "../d.csv"': "data-safety outside of this directory (../d.csv)",
    'output = "markdown:../authorized_keys"': "output outside of this directory (../authorized_keys)",
    'output = ["json:x.json", "text:/root/x"]': "output outside of this directory (/root/x)",
    'output = "json:out/x"': "output outside of this directory (out/x)",
    'output = "json:.git/config"': "output among a repository's own files (.git/config)",
    'output = "json:sub/.GIT/hooks/x"': "output among a repository's own files (sub/.GIT/hooks/x)",
    'policy = ".git/config"': "policy among a repository's own files (.git/config)",
    'policy = "token.html"': "policy among a repository's own files (token.html)",
    WAIVER.format(rule="*", subject="com.example.haldenhome/camera"): "waiver 1 is a pattern (*/com.",
    WAIVER.format(rule="PC101", subject="com.*/camera"): "waiver 1 is a pattern (PC101/com.*/camera), which",
    WAIVER.format(rule="PC101", subject=""): "waiver 1 is a pattern (PC101/*), which",
}


@pytest.mark.parametrize("text", LOOSENING)
@pytest.mark.parametrize("name", ["permcheck.toml", ".permcheck.toml", "pyproject.toml"])
def test_a_tree_cannot_loosen_its_own_check_or_reach_out_of_itself(permcheck, tree, text, name):
    (tree / "map").mkdir()
    (tree / "out").symlink_to(tree.parent)
    (tree / "token.html").symlink_to(".git/config")
    before = sorted(path.name for path in tree.parent.iterdir())
    body = (
        text
        if name != "pyproject.toml"
        else "[tool.permcheck]\n" + text.replace("[[waiver]]", "[[tool.permcheck.waiver]]")
    )
    (tree / name).write_text(body)
    done = permcheck("check", "a.apk", "-p", "p.txt", "-q")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"permcheck: {name}: {LOOSENING[text]}")
    assert done.err.endswith(" needs a configuration that you name yourself, with --config\n")
    assert len(done.err.splitlines()) == 1
    assert sorted(path.name for path in tree.parent.iterdir()) == before


@pytest.mark.parametrize("text", ['fail-on = "never"', "exit-zero = true", WAIVER.format(rule="*", subject="*")])
@pytest.mark.parametrize("how", ["option", "variable"])
def test_the_user_may_say_all_that(permcheck, tree, monkeypatch, text, how):
    (tree / "permcheck.toml").write_text(text)
    if how == "variable":
        monkeypatch.setenv("PERMCHECK_CONFIG", "permcheck.toml")
    options = ("--config", "permcheck.toml") if how == "option" else ()
    assert permcheck("check", "a.apk", "-p", "p.txt", "-q", *options).code == 0


def test_what_a_tree_may_say(permcheck, tree):
    (tree / "permcheck.toml").write_text(
        'app = "a.apk"\npolicy = "p.txt"\nfail-on = "warning"\nmin-confidence = "low"\noutput = "json:out.json"\n'
        "exit-zero = false\n" + WAIVER.format(rule="PC101", subject="com.example.haldenhome/overlay")
    )
    assert permcheck("check", "a.apk").code == 1
    trust = {item["kind"]: item for item in json.loads((tree / "out.json").read_text())["trust"]}
    assert trust["config"]["effect"] == "policy, fail-on = warning, min-confidence = low, output, exit-zero = False"
    assert (trust["config"]["named"], trust["waivers"]["named"]) == (False, False)
    assert trust["waivers"]["effect"] == "1 finding waived"


def test_no_config_leaves_the_tree_s_file_unread(permcheck, tree, monkeypatch):
    (tree / "permcheck.toml").write_text("nonsense [")
    assert permcheck("check", "a.apk", "-p", "p.txt", "-q", "--no-config").code == 1
    monkeypatch.setenv("PERMCHECK_NO_CONFIG", "1")
    assert permcheck("check", "a.apk", "-p", "p.txt", "-q").code == 1
    for options in (
        ("--no-config", "--config", "x.toml"),
        ("--config", "x.toml", "--no-config"),
    ):
        (tree / "x.toml").write_text("quiet = true")
        monkeypatch.delenv("PERMCHECK_NO_CONFIG", raising=False)
        done = permcheck("check", "a.apk", "-p", "p.txt", *options)
        assert (done.code, done.err) == (2, "permcheck: --config and --no-config exclude each other\n")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a=" + b"[" * 5000 + b"]" * 5000, "nested too deeply"),
        (b"# " + b"x" * 2_000_000, "larger than 1 MB"),
        (b"\xff", "not UTF-8 text"),
    ],
)
def test_a_configuration_that_is_made_to_hurt(permcheck, tree, content, reason):
    (tree / "deep.toml").write_bytes(content)
    done = permcheck("check", "a.apk", "-p", "p.txt", "--config", "deep.toml")
    assert (done.code, done.out, done.err) == (2, "", f"permcheck: deep.toml: {reason}\n")


def test_a_configuration_by_a_link_out_of_the_tree_is_refused(permcheck, tree, tmp_path_factory):
    outside = tmp_path_factory.mktemp("home") / "secret.toml"
    outside.write_text("token = 'hunter2'")
    (tree / "permcheck.toml").symlink_to(outside)
    done = permcheck("check", "a.apk", "-p", "p.txt")
    assert done.code == 2
    assert "hunter2" not in done.err
    assert "a link out of this directory needs a configuration that you name yourself" in done.err


@pytest.mark.parametrize(
    "command", [("check", "a.apk", "-p", "link.txt"), ("policy", "link.txt"), ("check", "link.txt", "-p", "p.txt")]
)
def test_a_link_of_the_tree_leads_to_no_file_outside_of_it(permcheck, tree, tmp_path_factory, command):
    secret = tmp_path_factory.mktemp("home") / "secret"
    secret.write_text("The password is hunter2. We use your camera.")
    (tree / "link.txt").symlink_to(secret)
    done = permcheck(*command)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"permcheck: link.txt: a link leads out of the working directory, to {secret}; "
        "name that path itself, or give --follow-links\n"
    )
    assert permcheck(*command, "--follow-links").code != 2


@pytest.mark.parametrize("command", ["policy", "permissions"])
def test_a_search_follows_no_link_out_of_its_directory(permcheck, tree, tmp_path_factory, command):
    home = tmp_path_factory.mktemp("home")
    (home / "secret").write_text("The password is hunter2. We use your camera.")
    shutil.copy(tree / "a.apk", home / "b.apk")
    (tree / "docs").mkdir()
    (tree / "docs" / "x.txt").symlink_to(home / "secret")
    (tree / "docs" / "x.apk").symlink_to(home / "b.apk")
    done = permcheck(command, "docs", "-f", "json")
    assert (done.code, done.out) == (2, "")
    assert "a link leads out of the directory, to" in done.err
    assert permcheck(command, "docs", "-f", "json", "--follow-links").code != 2


def test_a_link_into_the_repository_s_own_files_leads_out(permcheck, tree):
    (tree / ".git").mkdir()
    (tree / ".git" / "config").write_text("token hunter2. We use your camera.")
    (tree / "link.txt").symlink_to(".git/config")
    (tree / "docs").mkdir()
    (tree / "docs" / "x.txt").symlink_to("../.git/config")
    for command in (("check", "a.apk", "-p", "link.txt"), ("policy", "docs")):
        done = permcheck(*command)
        assert (done.code, done.out) == (2, "")
        assert "a link leads out of the working directory" in done.err


def test_every_report_tells_what_it_obeyed(permcheck, tree):
    permcheck("check", "a.apk", "-p", "p.txt", "-q", "-o", "json:old.json")
    (tree / "mine.toml").write_text('fail-on = "warning"\n' + WAIVER.format(rule="PC1*", subject="x"))
    (tree / "map" / "rules").mkdir(parents=True)
    for rule in ("PC101", "PC103"):
        (tree / "map" / "rules" / f"{rule}.toml").write_text(f'id = "{rule}"\nseverity = "note"\n')
    formats = ("text", "json", "html", "markdown", "sarif", "junit", "github", "gitlab", "csv")
    outputs = [option for name in formats for option in ("-o", f"{name}:out.{name}")]
    options = ("--config", "mine.toml", "--mappings", "map", "--baseline", "old.json")
    assert permcheck("check", "a.apk", "-p", "p.txt", "-q", *options, *outputs).code == 0
    told = json.loads((tree / "out.json").read_text())["trust"]
    assert [(item["kind"], item["path"]) for item in told] == [
        ("mappings", "map"),
        ("waivers", "mine.toml"),
        ("baseline", "old.json"),
        ("config", "mine.toml"),
    ]
    assert told[0]["effect"] == "2 rules lowered"
    assert told[2]["effect"].endswith(" findings known")
    for name in formats:
        text = " ".join((tree / f"out.{name}").read_text().replace("\\", "").split())
        for words in ("2 rules lowered", "findings known", "mine.toml", "old.json"):
            assert words in text, name
        assert words in text
    for name in formats:
        assert "trust" in (tree / f"out.{name}").read_text().lower(), name


def test_the_reported_digest_is_of_the_mappings_that_were_used(permcheck, tree):
    def digest(*options):
        return json.loads(permcheck("permissions", "a.apk", "-f", "json", *options).out)["tool"]["mappings_digest"]

    (tree / "map" / "rules").mkdir(parents=True)
    rule = tree / "map" / "rules" / "PC101.toml"
    rule.write_text('id = "PC101"\nseverity = "warning"\n')
    first = digest("--mappings", "map")
    (tree / "map" / "index.json").write_text('{"sections": {"rules": {}}, "digest": "forged"}')
    (tree / "map" / "mappings.index").write_text("forged\n{}")
    assert digest("--mappings", "map") == first
    rule.write_text('id = "PC101"\nseverity = "note"\n')
    assert len({first, digest("--mappings", "map"), digest()}) == 3


def test_nothing_in_the_tree_is_imported(tree, android, clean):
    """A module of the tree is not run, neither by the command nor by a process that it starts."""
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    for name in ("json", "pickle", "multiprocessing", "click", "permcheck", "sitecustomize", "tomllib", "androguard"):
        (tree / f"{name}.py").write_text("import pathlib; pathlib.Path('ran').touch(); raise SystemExit(77)\n")
    shutil.copy(android, tree / "b.apk")
    code = "import sys; sys.argv[0] = 'permcheck'; from permcheck.cli import main; main()"
    source = str(android.parent.parent)
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "check", "a.apk", "b.apk", "-p", clean, "-q"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tree / "ran").exists()
