"""Guarded processes: whatever one call does, the others come back, and the reason is told."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from permcheck.model import Gap, Location
from permcheck.workers import Limit, LostError, Pool, Sealed, can_fork
from tests.builders.apk import build_apk, manifest

ROOT = Path(__file__).parent.parent
LIMIT = Limit(256, 30, 60, "test")
CAMERA = '<uses-permission android:name="android.permission.CAMERA"/>'
POLICY = "Privacy policy of the lamp. We use the camera of your phone to scan the pairing code. " * 3


def identify(state):
    return (state, os.getpid())


def say(state, text):
    return Gap(Location("a"), text)


def both(state, first, second):
    return (first.reason, second)


def read(state, path):
    return len(Path(path).read_bytes())


def open_many(state, number):
    files = [open(os.devnull) for _ in range(number)]  # noqa: PTH123, SIM115
    return len(files)


def grow(state):
    state.append(bytearray(300 << 20))


def answer_with_code(state):
    class Evil:
        def __reduce__(self):
            return os.getpid, ()

    return Evil()


def answer_with_another_class(state):
    return Path("a")


@pytest.fixture
def pool():
    opened = Pool(partial(str, "state"), 2, 64)
    yield opened
    opened.close()


def test_a_process_is_used_again(pool):
    first = pool.result(pool.submit(identify, limit=LIMIT)).open()
    assert first[0] == "state"
    assert first[1] != os.getpid()
    assert pool.result(pool.submit(identify, limit=LIMIT)).open() == first


def test_jobs_run_side_by_side_and_near_each_other(pool):
    jobs = [pool.submit(identify, limit=LIMIT) for _ in range(2)]
    found = [pool.result(job).open() for job in jobs]
    assert found[0] != found[1]
    for job, answer in zip(jobs, found, strict=True):
        assert pool.result(pool.submit(identify, limit=LIMIT, near=job)).open() == answer


def test_an_answer_is_handed_on_unopened(pool):
    sealed = pool.result(pool.submit(say, "camera", limit=LIMIT))
    assert isinstance(sealed, Sealed)
    assert pool.result(pool.submit(both, sealed, 7, limit=LIMIT)).open() == ("camera", 7)


def test_an_answer_may_hold_the_classes_of_the_model_alone(pool):
    sealed = pool.result(pool.submit(answer_with_another_class, limit=LIMIT))
    with pytest.raises(pickle.UnpicklingError, match="is no data"):
        sealed.open()


def test_a_process_that_keeps_memory_is_replaced():
    pool = Pool(list, 1, 64)
    before = pool.result(pool.submit(identify, limit=LIMIT)).open()[1]
    pool.result(pool.submit(grow, limit=Limit(1024, 30, 60)))
    after = pool.result(pool.submit(identify, limit=LIMIT)).open()
    assert after[0] == []
    assert after[1] != before
    pool.close()


def test_a_process_opens_no_more_files_than_it_may(pool):
    assert pool.result(pool.submit(open_many, 20, limit=LIMIT)).open() == 20
    with pytest.raises(LostError, match="Too many open files"):
        pool.result(pool.submit(open_many, 200, limit=LIMIT))


def test_a_process_that_dies_between_two_calls_costs_nothing(pool):
    _, number = pool.result(pool.submit(identify, limit=LIMIT)).open()
    os.kill(number, signal.SIGKILL)
    time.sleep(0.2)
    assert pool.result(pool.submit(identify, limit=LIMIT)).open()[1] != number


def test_closing_ends_the_processes(pool):
    _, number = pool.result(pool.submit(identify, limit=LIMIT)).open()
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
    assert pool.result(pool.submit(identify, limit=LIMIT)).open()[1] != number


def test_processes_end_with_their_parent():
    code = (
        "import os, sys; from permcheck.workers import Pool, Limit; from tests.test_workers import identify\n"
        "pool = Pool(list, 2, 64)\n"
        "jobs = [pool.submit(identify, limit=Limit(256, 30, 60)) for _ in range(2)]\n"
        "print(*[pool.result(job).open()[1] for job in jobs], flush=True); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    numbers = [int(number) for number in done.stdout.split()]
    assert len(set(numbers)) == 2
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{number}").exists() for number in numbers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{number}").exists() for number in numbers)


def test_a_process_with_threads_is_not_forked():
    stopped = threading.Event()
    thread = threading.Thread(target=stopped.wait)
    thread.start()
    assert not can_fork()
    stopped.set()
    thread.join()


@pytest.fixture
def ten(tmp_path):
    apps = []
    for number in range(10):
        name = "bad.apk" if number == 4 else f"lamp{number}.apk"
        (tmp_path / name).write_bytes(build_apk(manifest(CAMERA, package=f"com.example.lamp{number}")))
        apps.append(name)
    (tmp_path / "privacy.txt").write_text(POLICY)
    return apps


def run(tmp_path, fault, *arguments):
    command = [
        sys.executable,
        "-m",
        "tests.faulty",
        fault,
        *map(str, arguments),
        "--format",
        "json",
        "--fail-on",
        "never",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PERMCHECK_DEBUG", None)
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, env=environment, check=False, timeout=120
    )
    return done, json.loads(done.stdout) if done.stdout else None


SMALL = ("app-memory=96", "app-cpu=2", "policy-memory=96", "policy-cpu=2")
SHORT = ("app-seconds=4", "policy-seconds=4")
REASONS = {
    "kill": "the process that read it died (SIGKILL)",
    "crash": "the process that read it died (SIGSEGV)",
    "leave": "the process that read it ended (code 7)",
    "memory": "needed more than 96 MB of memory (the limit {what}-memory)",
    "hang": "took longer than 4 s (the limit {what}-seconds)",
    "stop": "took longer than 4 s (the limit {what}-seconds)",
    "spin": "used more than 2 s of processor time (the limit {what}-cpu)",
    "bug": "could not be read for an error of permcheck (ZeroDivisionError: integer division or modulo by zero)",
    "deep": "is nested deeper than can be read",
}


def limits(fault):
    """A busy machine must not turn another fault into a late answer."""
    names = SMALL + (SHORT if fault in ("hang", "stop") else ())
    return [argument for name in names for argument in ("--limits", name)]


@pytest.mark.parametrize("fault", REASONS)
def test_of_ten_apps_the_one_that_misbehaves_is_a_gap_and_nine_are_reported(tmp_path, ten, fault):
    done, report = run(tmp_path, fault, "check", *ten, "-p", "privacy.txt", *limits(fault))
    assert done.returncode == 3, done.stderr
    assert [app["path"] for app in report["apps"]] == [name for name in ten if name != "bad.apk"]
    assert [(gap["location"]["path"], gap["reason"]) for gap in report["gaps"] if gap["fatal"]] == [
        ("bad.apk", REASONS[fault].format(what="app"))
    ]
    judged = {cell["app"]: cell["verdict"] for cell in report["assessments"] if cell["category"] == "camera"}
    assert judged == {name: "disclosed" for name in ten if name != "bad.apk"}
    assert f"bad.apk: {REASONS[fault].format(what='app')}" in done.stderr


@pytest.mark.parametrize("fault", ["crash", "memory", "hang", "spin"])
def test_a_policy_that_kills_its_reader_is_a_gap_beside_the_other_one(tmp_path, ten, fault):
    (tmp_path / "bad.txt").write_text(f"{POLICY} This one is no copy of the other.")
    good = [name for name in ten if name != "bad.apk"][:3]
    done, report = run(tmp_path, fault, "check", *good, "-p", "bad.txt", "-p", "privacy.txt", *limits(fault))
    assert done.returncode == 3, done.stderr
    assert len(report["apps"]) == 3
    assert [document["path"] for document in report["documents"]] == ["privacy.txt"]
    assert [gap["reason"] for gap in report["gaps"] if gap["fatal"]] == [REASONS[fault].format(what="policy")]


def test_where_nothing_can_be_forked_the_run_says_the_same(tmp_path, ten):
    plain, first = run(tmp_path, "none", "check", *ten, "-p", "privacy.txt")
    threaded, second = run(tmp_path, "none", "--thread", "check", *ten, "-p", "privacy.txt")
    assert first["apps"]
    assert (plain.returncode, first) == (threaded.returncode, second)
