"""Samples of every input in, mutants that reach new lines of the readers out of them, and whatever they raise."""

from __future__ import annotations

import contextlib
import random
import signal
import sys
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from permcheck import codec, inputs
from permcheck.errors import PermcheckError
from permcheck.knowledge import Knowledge
from permcheck.match import provenance
from permcheck.reports import load_report, render
from tests.builders import ipa
from tests.builders.apk import build_apk, manifest
from tests.builders.docx import docx, paragraph, run
from tests.builders.mutation import mutations
from tests.builders.pdf import pdf
from tests.builders.report import report

TEXT = "Privacy policy of the lamp. We use the camera to scan the code. We do not share your location. [Company]"
SLOWEST = 20
"""Seconds of processor time after which a mutant counts as one that hangs."""
Read = Callable[[bytes], object]


def kinds(knowledge: Knowledge, folder: Path) -> dict[str, tuple[Read, list[bytes]]]:
    """By name of an input what reads it, and samples of it."""

    def bundle(suffix: str) -> Read:
        path = folder / f"fuzzed{suffix}"
        return lambda data: (path.write_bytes(data), inputs.read_app(path, path.name, knowledge))

    def policy(suffix: str) -> Read:
        return lambda data: inputs.read_policy(data, f"policy{suffix}", knowledge)

    camera = '<uses-permission android:name="android.permission.CAMERA"/>'
    app = ipa.archive(ipa.app({"Info.plist": ipa.info(NSCameraUsageDescription="We scan the code.")}))
    facts = (folder / "a.apk", build_apk(manifest(camera), resources={"string": {"app_name": {"": "Lamp"}}}))
    facts[0].write_bytes(facts[1])
    stored = codec.dump_facts(inputs.read_app(facts[0], "a.apk", knowledge))
    marked = f"# Privacy\n\n> *{TEXT}* [link](https://x.example)\n\n|a|b|\n|-|-|\n|c|d|"
    rich = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 A;}}\b " + TEXT.encode() + rb"\'e9\par{\v x}}"
    html = f"<html><body><h1>Privacy</h1><p style='color:red'>{TEXT}</p><ul><li>Camera</ul><table><tr><td>a</table>"
    return {
        "apk": (bundle(".apk"), [facts[1]]),
        "aab": (bundle(".aab"), [stored_zip({"base/manifest/AndroidManifest.xml": b"\x0a\x08manifest" * 4})]),
        "apks": (bundle(".apks"), [stored_zip({"base.apk": facts[1], "split_config.de.apk": facts[1]})]),
        "ipa": (bundle(".ipa"), [app]),
        "text": (policy(".txt"), [TEXT.encode(), f"# Privacy\n\n- {TEXT}\n\n1. Camera | yes\n".encode()]),
        "markdown": (
            policy(".md"),
            [marked.encode()],
        ),
        "html": (policy(".html"), [html.encode()]),
        "rtf": (
            policy(".rtf"),
            [rich],
        ),
        "docx": (policy(".docx"), [docx(paragraph(run(TEXT)))]),
        "pdf": (policy(".pdf"), [pdf([[TEXT]])]),
        "form": (
            lambda data: inputs.read_form(data, "form.csv", knowledge),
            [b"Question ID (machine readable),Response ID (machine readable),Response value\nPSL_DATA,PSL_NAME,true\n"],
        ),
        "merger": (
            lambda data: provenance.brought(data.decode("utf-8", "replace")),
            [b"uses-permission#a.B\nADDED from [x:y:1]"],
        ),
        "facts": (lambda data: codec.load_facts(data.decode("utf-8", "replace")), [stored.encode()]),
        "report": (lambda data: load_report(data.decode("utf-8", "replace")), [str(render("json", report())).encode()]),
    }


def stored_zip(members: dict[str, bytes]) -> bytes:
    """A zip without compression, so that mutants damage what is inside."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


class Lines:
    """Collects which lines of permcheck ran."""

    def __init__(self) -> None:
        self.seen: set[tuple[CodeType, int]] = set()
        self.fresh = False

    def __call__(self, frame: FrameType, _: str, __: Any) -> Any:
        if "permcheck" not in frame.f_code.co_filename:
            return None
        place = (frame.f_code, frame.f_lineno)
        if place not in self.seen:
            self.seen.add(place)
            self.fresh = True
        return self


def fuzz(read: Read, samples: list[bytes], rounds: int, seed: int, until: float = 0) -> Iterator[tuple[bytes, str]]:
    """Mutants for which ``read`` raises what is no `PermcheckError`, or hangs; those with new lines are mutated on."""
    chance, lines, corpus = random.Random(seed), Lines(), list(samples)
    for number in range(rounds):
        if until and time.monotonic() > until:
            return
        data = next(mutations(chance.choice(corpus), 1, seed * 1_000_003 + number)) if number else corpus[0]
        lines.fresh = False
        failure = _told(read, data, lines)
        if failure:
            yield data, failure
        if lines.fresh and len(data) < 200_000:
            corpus.append(data)


def _told(read: Read, data: bytes, lines: Lines) -> str:
    before = signal.signal(signal.SIGVTALRM, _hangs)
    signal.setitimer(signal.ITIMER_VIRTUAL, SLOWEST)
    try:
        sys.settrace(lines)
        with contextlib.suppress(
            PermcheckError, RecursionError, MemoryError
        ):  # a guarded process makes gaps of the last two
            read(data)
    except Exception:  # noqa: BLE001  (whatever it is, it is found)
        return traceback.format_exc()
    finally:
        sys.settrace(None)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return ""


def _hangs(*_: object) -> None:
    raise TimeoutError(f"more than {SLOWEST} s")
