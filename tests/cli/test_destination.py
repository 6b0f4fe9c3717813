"""Reports on their way to disk: streams are written to, files are replaced whole, nothing is left beside them."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from permcheck.cli import destination
from permcheck.cli.destination import write
from permcheck.errors import UsageError


@pytest.fixture
def check(permcheck, android, clean):
    """Check the clean sample with further options, only the verdict on stdout."""
    return lambda *options: permcheck("check", android, "-p", clean, "-q", *options)


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def test_a_pipe_is_written_to(check, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    got = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_text()))
    reader.start()
    done = check("-o", "json:pipe")
    reader.join()
    assert (done.code, done.err) == (0, "")
    assert json.loads(got[0])["apps"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_device_is_written_to(check):
    assert check("-o", "json:/dev/null").code == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_by_name_is_written_to_and_not_replaced(check, name):
    done = check("-o", f"json:{name}")
    assert done.code == 0
    report, _ = json.JSONDecoder().raw_decode(done.out)
    assert report["apps"]


def test_the_target_of_a_link_is_replaced_and_the_link_stays(check, tmp_path):
    (tmp_path / "target.json").write_text("old")
    (tmp_path / "link.json").symlink_to("target.json")
    (tmp_path / "new.json").symlink_to("made.json")
    assert check("-o", "json:link.json", "-o", "text:new.json").code == 0
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "target.json").read_text())["apps"]
    assert (tmp_path / "new.json").is_symlink()
    assert (tmp_path / "made.json").is_file()


@pytest.mark.parametrize("through", ["link", "link/report.json"])
def test_a_link_of_the_tree_leads_no_report_out_of_it(check, tmp_path, tmp_path_factory, through):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "report.json").write_text("precious")
    (tmp_path / "link").symlink_to(outside if "/" in through else outside / "report.json")
    done = check("-o", f"json:{through}")
    assert done.code == 2
    assert done.err == (
        f"permcheck: {through}: a link leads out of the working directory, to {outside}/report.json; "
        "name that path itself\n"
    )
    assert names(outside) == ["report.json"]
    assert (outside / "report.json").read_text() == "precious"
    assert check("-o", f"json:{outside}/report.json").code == 0


def test_mode_and_owner_of_a_file_stay(check, tmp_path):
    kept = tmp_path / "keep.json"
    kept.write_text("x")
    kept.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(kept, 12345, 54321)
    before = kept.stat()
    assert check("-o", "json:keep.json").code == 0
    after = kept.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert kept.read_text().startswith("{")


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
@pytest.mark.parametrize("nameless", [True, False])
def test_a_new_file_honours_the_umask(tmp_path, monkeypatch, mask, mode, nameless):
    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE")
    old = os.umask(mask)
    try:
        write(tmp_path / "a.json", b"new")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == mode
    assert names(tmp_path) == ["a.json"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("directory", "cannot write: is a directory"),
        ("directory/", "cannot write: is a directory"),
        ("missing/x.json", "cannot write: no such file"),
        ("file/x.json", "cannot write: not a directory"),
        ("n" * 300, "cannot write: file name too long"),
        ("loop", "cannot write: too many levels of symbolic links"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused_before_any_work(check, tmp_path, monkeypatch, path, reason):
    (tmp_path / "directory").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    monkeypatch.setattr("permcheck.knowledge.load_knowledge", lambda *_: pytest.fail("work was done"))
    before = names(tmp_path)
    done = check("-o", f"json:{path}")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"permcheck: {path.rstrip('/')}")
    assert reason in done.err
    assert len(done.err.splitlines()) == 1
    assert names(tmp_path) == before
    assert names(tmp_path / "directory") == []


@pytest.mark.parametrize(
    ("first", "second"), [("a.json", "a.json"), ("a.json", "./a.json"), ("a.json", "sub/../a.json"), ("a", "hard")]
)
def test_two_reports_to_one_path_are_wrong_use(check, tmp_path, first, second):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a").touch()
    os.link(tmp_path / "a", tmp_path / "hard")
    done = check("-o", f"json:{first}", "-o", f"html:{second}")
    assert done.code == 2
    assert "named for two reports" in done.err


def test_a_report_over_an_input_is_wrong_use(permcheck, tmp_path, android, clean):
    policy = tmp_path / "p.html"
    policy.write_bytes(clean.read_bytes())
    for options in (("-p", policy, "-o", "html:p.html"), ("-p", clean, "--baseline", policy, "-o", "json:./p.html")):
        done = permcheck("check", android, *options)
        assert done.code == 2
        assert "is read by this run" in done.err
    assert policy.read_bytes() == clean.read_bytes()


def test_the_configuration_is_an_input_too(permcheck, tmp_path, android, clean):
    (tmp_path / "permcheck.toml").write_text('fail-on = "warning"\n')
    assert permcheck("check", android, "-p", clean, "-o", "json:permcheck.toml").code == 2
    assert (tmp_path / "permcheck.toml").read_text() == 'fail-on = "warning"\n'


@pytest.mark.parametrize("nameless", [True, False])
def test_a_full_disk_leaves_the_old_report_and_nothing_else(tmp_path, nameless):
    code = (
        "import os, signal, resource, sys; from pathlib import Path; from permcheck.cli import destination\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        f"{'' if nameless else 'del os.O_TMPFILE'}\n"
        "for name in ('old', 'new'):\n"
        "    try: destination.write(Path(name), b'x' * 5000)\n"
        "    except Exception as error: print(type(error).__name__, error)\n"
    )
    (tmp_path / "old").write_text("before")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"UsageError {name}: cannot write: file too large" for name in ("old", "new")]
    assert names(tmp_path) == ["old"]
    assert (tmp_path / "old").read_text() == "before"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_the_other_reports_are_written_where_one_cannot_be(check, tmp_path, monkeypatch):
    monkeypatch.setattr(destination, "check", lambda *_: None)
    monkeypatch.setattr("permcheck.cli.given.check", lambda *_: None)
    done = check("-o", "json:no/a.json", "-o", "html:b.html")
    assert done.code == 2
    assert "no/a.json: cannot write" in done.err
    assert (tmp_path / "b.html").exists()


WRITER = (
    "import sys; from pathlib import Path; from permcheck.cli.destination import write\n"
    "print('ready', flush=True)\n"
    "for number in range(10**9): write(Path('report'), bytes([65 + number % 26]) * 300_000)\n"
)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_whenever_the_process_ends_one_whole_report_stands(tmp_path, number):
    dice = random.Random(number)
    for _ in range(7):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert writer.stdout.readline()
        time.sleep(dice.random() / 20)
        writer.send_signal(number)
        writer.communicate()
        if (tmp_path / "report").exists():
            content = (tmp_path / "report").read_bytes()
            assert content == content[:1] * 300_000
    if number != signal.SIGKILL:
        assert names(tmp_path) == ["report"]


def run(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "permcheck", *map(str, arguments)], check=False, **options)


def test_a_reader_that_goes_away_changes_no_exit_code(tmp_path, android, gaps):
    command = f'"{sys.executable}" -m permcheck check "{android}" -p "{gaps}" -v | head -n 1; echo ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "1"


def test_a_full_standard_output_is_told(android, clean):
    with Path("/dev/full").open("wb") as full:
        done = run("check", android, "-p", clean, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr == "permcheck: standard output: cannot write: no space left on device\n"


def test_the_link_rule_knows_inside_from_outside(tmp_path, monkeypatch):
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "out").symlink_to(tmp_path)
    (inside / "in").symlink_to(inside / "file")
    monkeypatch.chdir(inside)
    assert destination.leads_out(inside / "out") == str(tmp_path)
    for path in ("file", "in", "../beside", tmp_path / "inside" / "in"):
        assert destination.leads_out(inside / path) == ""


def test_a_file_of_another_user_is_not_taken_over(tmp_path, monkeypatch):
    (tmp_path / "theirs").touch()
    monkeypatch.setattr(os, "geteuid", lambda: (tmp_path / "theirs").stat().st_uid + 1)
    with pytest.raises(UsageError, match="belongs to another user"):
        destination.check([("json", tmp_path / "theirs")], ())
