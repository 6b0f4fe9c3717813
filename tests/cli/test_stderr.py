"""stderr: whatever a file name, an address or a failure holds, no line starts a command and nothing acts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

EVIL = "no\n::error::pwn\r::warning::pwn\x1b[31m\x1b]0;t\x07\u202e##[error]pwn"


def is_harmless(text):
    rows = text.split("\n")
    acting = [c for c in text if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c == "\u202e")]
    return not acting and not any(row.lstrip().startswith("::") for row in rows) and "##[" not in text


@pytest.mark.parametrize(
    "words",
    [
        ("check", f"{EVIL}.apk", "-p", "{clean}"),
        ("check", "{app}", "-p", f"{EVIL}.html"),
        ("check", "{app}", "-p", f"https://x/{EVIL}"),
        ("check", "{app}", "-p", f"http://x/{EVIL}"),
        ("check", "{app}", "-p", "{clean}", "--format", EVIL),
        ("check", "{app}", "-p", "{clean}", "--mappings", EVIL),
        ("check", "{app}", "-p", "{clean}", "--config", EVIL),
        ("check", "{app}", "-p", "{clean}", "--baseline", EVIL),
        ("check", "{app}", "-p", "{clean}", "-o", f"json:{EVIL}/x"),
        ("check", "{app}", "-p", "{clean}", f"--{EVIL}"),
        ("explain", EVIL),
        ("diff", EVIL, "{app}"),
        ("policy", f"{EVIL}.txt"),
        ("draft", "clauses", EVIL),
        (EVIL,),
    ],
)
@pytest.mark.parametrize("debug", ["", "1"])
def test_a_hostile_name_acts_nowhere(permcheck, android, clean, monkeypatch, words, debug):
    monkeypatch.setenv("PERMCHECK_DEBUG", debug)
    done = permcheck(*(word.format(app=android, clean=clean) if "{" in word else word for word in words))
    assert done.code == 2
    assert "pwn" in done.err
    assert is_harmless(done.err)


def test_a_lost_input_of_a_hostile_name_acts_nowhere(permcheck, android, tmp_path):
    path = tmp_path / f"{EVIL.replace('/', '')}.html"
    path.write_text("")
    for name in ("github", "text"):
        done = permcheck("check", android, "-p", path.name, "--format", name, "--verbose")
        assert done.code == 3
        assert "pwn" in done.err
        assert is_harmless(done.err)


def test_the_mappings_of_a_hostile_name_act_nowhere(permcheck, tmp_path):
    rules = tmp_path / "map" / "rules"
    rules.mkdir(parents=True)
    (rules / "x\n::error::pwn.toml").write_text("=")
    done = permcheck("check-mappings", "map")
    assert done.code in (1, 2)
    assert "pwn" in done.out + done.err
    assert is_harmless(done.out)
    assert is_harmless(done.err)


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_failure_of_ours_is_told_in_harmless_lines(permcheck, android, clean, monkeypatch, debug):
    def fail(*_, **__):
        raise ZeroDivisionError(f"{EVIL}\n::error::pwn")

    monkeypatch.setattr("permcheck.session.load_knowledge", fail)
    monkeypatch.setenv("PERMCHECK_DEBUG", debug)
    done = permcheck("check", android, "-p", clean)
    assert done.code == 2
    assert is_harmless(done.err)
    assert ("Traceback" in done.err) == bool(debug)
    assert done.err.splitlines()[-1].startswith("permcheck: internal error: ZeroDivisionError: no ::error::pwn")


def test_an_interrupted_run_ends_with_130_and_leaves_nothing(tmp_path, android):
    os.mkfifo(tmp_path / "policy.html")
    code = "import sys; sys.argv[0] = 'permcheck'; from permcheck.cli import main; main()"
    command = [sys.executable, "-c", code, "check", android, "-p", "policy.html", "-o", "json:out.json"]
    run = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(2)  # it waits for the pipe, which nobody fills
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=20)
    assert run.returncode == 130
    assert out == ""
    assert err.strip().splitlines()[-1] == "permcheck: interrupted"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["policy.html"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("check", "no.apk", "-p", "{clean}"), "no.apk: no such file"),
        (("check", "{app}", "-p", "no.html"), "no.html: no such file"),
        (("check", "{app}", "-p", "."), ".: is a directory; name the file itself"),
        (("check", "{app}", "-p", "{clean}", "--data-safety", "no.csv"), "no.csv: no such file"),
        (("check", "{app}", "-p", "{clean}", "--merger-report", "no.txt"), "no.txt: no such file"),
        (("check", "{app}", "-p", "{clean}", "--baseline", "no.json"), "no.json: no such file"),
        (("check", "{app}", "-p", "{clean}", "--decisions", "."), ".: is a directory; name the file itself"),
        (("permissions", "no.apk"), "no.apk: no such file"),
        (("policy", "no.html"), "no.html: no such file"),
        (("diff", "no.json", "{app}"), "no.json: no such file"),
        (("draft", "clauses", "{app}", "-p", "no.html"), "no.html: no such file"),
        (("check", "{app}", "-p", "n\0o.html"), "n\\x00o.html: embedded null byte"),
    ],
)
def test_what_is_not_there_is_wrong_use_before_any_work(permcheck, android, clean, monkeypatch, words, reason):
    monkeypatch.setattr("permcheck.knowledge.load_knowledge", lambda *_: pytest.fail("work was done"))
    done = permcheck(*(word.format(app=android, clean=clean) for word in words))
    assert (done.code, done.out, done.err) == (2, "", f"permcheck: {reason}\n")


def test_findings_outrank_what_could_not_be_read(permcheck, android, gaps, tmp_path):
    (tmp_path / "bad.apk").write_bytes(b"")
    assert permcheck("check", android, "bad.apk", "-p", gaps, "-q").code == 1
    assert permcheck("check", android, "bad.apk", "-p", gaps, "-q", "--fail-on", "never").code == 3
