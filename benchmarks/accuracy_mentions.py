"""The gold folder and the seeds folder in, one table of how well policies are read out.

    python benchmarks/accuracy.py GOLD SEEDS [--misses] [--only MEASURE] [--half even|odd]

Any folders of the same layout will do; what is absent is left out of the table.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from denial import denials

from permcheck.documents.sentence import split
from permcheck.knowledge import Knowledge
from permcheck.reading.language import lexicon_for
from permcheck.reading.sentence import Mention, Sentence

CATEGORIES = {
    "location_precise": ("location",),
    "location_approximate_ip": ("location-approximate",),
    "location_background_geofence": ("location-background",),
    "photos_media": ("photos",),
    "storage_files": ("storage",),
    "wifi_local_network": ("local-network",),
    "overlay_alert_window": ("overlay",),
    "phone_sms": ("phone", "sms"),
    "homekit_home": ("home",),
    "motion_fitness": ("motion",),
    "biometrics_face": ("biometrics",),
    "advertising_id_tracking": ("tracking",),
    "device_identifiers": ("device-id",),
    "installed_apps": ("installed-apps",),
}
TYPES: dict[str, tuple[str, re.Pattern[str]]] = {
    "Location": ("location", re.compile("")),
    "Location_GPS": (
        "location",
        re.compile(r"\bgps|global positioning|latitude|longitude|precise|exact|fine location", re.IGNORECASE),
    ),
    "Contact_Address_Book": ("contacts", re.compile("")),
    "Identifier_Device_ID": ("device-id", re.compile(r"^(?!.*\b(mac|imei|media access)\b)", re.IGNORECASE)),
    "Identifier_Ad_ID": (
        "tracking",
        re.compile(r"\bids?\b|identif|idfas?\b|gaid|aaid|oaid|adid|tracking transparency|across", re.IGNORECASE),
    ),
    "Identifier_MAC": ("device-id", re.compile(r"\bmac\b|media access", re.IGNORECASE)),
    "Identifier_SSID_BSSID": ("local-network", re.compile(r"ssid", re.IGNORECASE)),
    "Identifier_IMEI": ("device-id", re.compile(r"imei|mobile equipment", re.IGNORECASE)),
}
"""Data type of the segments -> our category, and which of its words mean that type."""
GROUPS: dict[str, tuple[tuple[str, str], ...]] = {
    "LOCATION": (
        ("location", "^(?!位置$|所在|北斗)"),
        ("location-approximate", "位置|定位|基站信息|COARSE"),
        ("local-network", "接入点"),
    ),
    "CAMERA": (("camera", "相机|摄像|拍摄照片|拍照功能|camera"), ("biometrics", "信息|特征|面容 ?ID")),
    "MICROPHONE": (("microphone", "麦克风|录音|音频权限|AUDIO"),),
    "STORAGE": (("storage", "^(?!文件)"), ("photos", "相册|照片|图片库|相片|图片上传|图片.?视频访问")),
    "CONTACTS": (("contacts", "通讯录|CONTACTS|联系人权限|账户列表"),),
    "CALENDAR": (("calendar", "日历"),),
    "SMS": (("sms", "权限"),),
    "SENSORS": (
        ("motion", "运动.*权限|运动.?[与和]|运动健康|设备传感器|重力|物理活动|步数信息"),
        ("health", "(?i)health ?kit|健康数据权限"),
    ),
    "PHONE": (
        ("phone", "运营商.|.运营商|IMSI|ICCID|SIM|READ_PHONE|权限|拨打电话|状态"),
        ("device-id", "^(?!机型|序列号|设备类型|设备识别$|设备号|手机品牌)"),
        ("tracking", "(?i)id|标识符"),
        ("local-network", "(?i)ssid|网络类型"),
    ),
}
"""Android permission group of the Chinese policies -> our categories, and which of their words the gold counts."""
WORDS = {
    "LOCATION": r"IP ?(?:地址|信息)",
    "CONTACTS": "账户信息",
    "PHONE": "操作系统|系统版本|网络类型|电信运营商|运营商信息|设备系统|网络质量|终端制造厂商|系统类型|网络接入方式"
    "|网络身份(?:标识|识别)信息|语言设置|设备分辨率",
    "SMS": "手机短信|发送短信",
}
"""Words that the gold counts for a group though no permission reaches what they name."""


@dataclass
class Score:
    """Hits and misses of one measure; ``misses`` holds a line of text for each error."""

    name: str
    hit: int = 0
    false: int = 0
    missed: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, expected: bool, found: bool, text: str) -> None:
        """Count one decision."""
        self.hit += expected and found
        self.false += found and not expected
        self.missed += expected and not found
        if expected != found:
            self.misses.append(f"{'MISSED' if expected else 'FALSE '} {text}")

    def row(self) -> str:
        """The line of the table."""
        precision = self.hit / max(1, self.hit + self.false)
        recall = self.hit / max(1, self.hit + self.missed)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        return f"{self.name:44} {self.hit + self.missed:6} {precision:7.3f} {recall:7.3f} {f1:7.3f}"


def _half(items: list[tuple[int, object]], half: str | None) -> Iterator[object]:
    for number, item in items:
        if half is None or (number % 2 == 0) == (half == "even"):
            yield item


def practices(options: argparse.Namespace, knowledge: Knowledge) -> Iterator[Score]:
    """Segments against the data types that a permission guards; the last row is micro over all of them."""
    path = options.gold / "practices_en" / "segments.jsonl"
    if not path.exists():
        return
    rows = list(enumerate(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()))
    scores = {name: Score(f"practices_en: {name}") for name in TYPES}
    for row in _half(rows, options.half):
        assert isinstance(row, dict)
        found = _types(row["text"], knowledge)
        for name, score in scores.items():
            score.add(name in row["label"], name in found, row["text"][:1500])
    yield from scores.values()
    yield _micro("practices_en: micro, permission-guarded", scores.values())


def _types(text: str, knowledge: Knowledge) -> set[str]:
    found: set[str] = set()
    for words in _sentences(text, "en", knowledge):
        named: dict[str, list[Mention]] = {}
        for one in words.mentions:
            named.setdefault(one.category, []).append(one)
        for category, ones in named.items():
            kind = "clear" if any(one.grade == "clear" for one in ones) else "vague"
            terms = [words.words(one.start, one.end) for one in ones if one.grade == "clear"]
            found.update(
                name for name, (of, shape) in TYPES.items() if of == category and any(map(shape.search, terms))
            )
            if category in ("location-approximate", "location-background") and kind == "clear":
                found.add("Location")
    return found


def _sentences(text: str, language: str, knowledge: Knowledge) -> Iterator[Sentence]:
    lexicon = lexicon_for(knowledge, language)
    for start, end in split(text):
        yield Sentence(text, start, end, lexicon)


def _micro(name: str, scores: Iterable[Score]) -> Score:
    total = Score(name)
    for score in scores:
        total.hit, total.false, total.missed = (
            total.hit + score.hit,
            total.false + score.false,
            total.missed + score.missed,
        )
    return total


def denied(options: argparse.Namespace, knowledge: Knowledge) -> Iterator[Score]:
    """Sentences that hold an explicit denial; then, of those found, whether flat or not is right.

    The gold marks a way round by laying a positive span over the denied words.
    """
    folder = options.gold / "denials_en"
    if not folder.exists():
        return
    names = ("CollectUse_false", "Share_false", "CollectUse_true", "Share_true")
    columns = [_conll(folder / f"{name}.conll03") for name in names]
    score, kinds = Score("denials_en: sentence with explicit denial"), Score("denials_en: kind of denial right")
    for sentence in _half(list(enumerate(zip(*columns, strict=True))), options.half):
        assert isinstance(sentence, tuple)
        text = _detokenize([word for word, _ in sentence[0]])
        tags = [[tag != "O" for _, tag in column] for column in sentence]
        negative = [a or b for a, b in zip(tags[0], tags[1], strict=True)]
        found = [item for words in _sentences(text, "en", knowledge) for item in denials(words)]
        score.add(any(negative), bool(found), f"{found} {text}")
        if any(negative) and found:
            positive = [a or b for a, b in zip(tags[2], tags[3], strict=True)]
            excepted = any(a and b for a, b in zip(negative, positive, strict=True))
            right = excepted == ("excepted" in found)
            kinds.hit, kinds.false, kinds.missed = (
                kinds.hit + right,
                kinds.false + (not right),
                kinds.missed + (not right),
            )
            if not right:
                kinds.misses.append(f"gold {'with exception' if excepted else 'flat'}: {found} {text}")
    yield score
    yield kinds


def _conll(path: Path) -> list[list[tuple[str, str]]]:
    sentences: list[list[tuple[str, str]]] = []
    for chunk in path.read_text(encoding="utf-8").split("\n\n"):
        rows = [line.split(" ") for line in chunk.splitlines() if line.strip() and not line.startswith("-DOCSTART-")]
        if rows:
            sentences.append([(row[0], row[-1]) for row in rows])
    return sentences


def _detokenize(tokens: list[str]) -> str:
    text = re.sub(r" (?=[,.;:!?)\]%]|n't|'s|'ve|'re|'ll)", "", " ".join(tokens))
    return re.sub(r"([(\[]) ", r"\1", text).replace(" - ", "-")


def permissions(options: argparse.Namespace, knowledge: Knowledge) -> Iterator[Score]:
    """Chinese policies: a span counts when one of ours of the same group overlaps it; small groups by document too."""
    path = options.gold / "permissions_zh" / "gold.jsonl"
    if not path.exists():
        return
    rows = list(enumerate(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()))
    spans = {group: Score(f"permissions_zh: spans of {group}") for group in GROUPS}
    small = {group: Score(f"permissions_zh: documents with {group}") for group in ("SMS", "SENSORS")}
    for row in _half(rows, options.half):
        assert isinstance(row, dict)
        found = _groups(row["text"], knowledge)
        for group, score in spans.items():
            gold = [(start, end) for start, end, name, _ in row["spans"] if name == group]
            _overlaps(score, gold, found.get(group, []), row["text"])
            if group in small:
                small[group].add(
                    bool(gold),
                    bool(found.get(group)),
                    f"{row['doc']} {_shown(row['text'], gold or found.get(group, []))}",
                )
    yield from spans.values()
    yield _micro("permissions_zh: spans, micro", spans.values())
    yield from small.values()


def _groups(text: str, knowledge: Knowledge) -> dict[str, list[tuple[int, int]]]:
    wanted = {(category, group): re.compile(shape) for group, pairs in GROUPS.items() for category, shape in pairs}
    found: dict[str, list[tuple[int, int]]] = {}
    for words in _sentences(text, "zh", knowledge):
        for one in words.mentions:
            for (category, group), shape in wanted.items():
                if one.category == category and shape.search(words.words(one.start, one.end)):
                    found.setdefault(group, []).append(words.place(one.start, one.end))
    for group, shape in WORDS.items():
        found.setdefault(group, []).extend(match.span() for match in re.finditer(shape, text))
    return {group: _merged(spans) for group, spans in found.items() if spans}


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _overlaps(score: Score, gold: list[tuple[int, int]], found: list[tuple[int, int]], text: str) -> None:
    for span in gold:
        if not _hit(span, found):
            score.missed += 1
            score.misses.append(f"MISSED {_around(text, span)}")
    for span in found:
        if _hit(span, gold):
            score.hit += 1
        else:
            score.false += 1
            score.misses.append(f"FALSE  {_around(text, span)}")


def _hit(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in others)


def _around(text: str, span: tuple[int, int]) -> str:
    left, right = text[max(0, span[0] - 25) : span[0]], text[span[1] : span[1] + 25]
    return f"{left}<<{text[span[0] : span[1]]}>>{right}".replace("\n", " ")


def _shown(text: str, spans: list[tuple[int, int]]) -> str:
    return " // ".join(_around(text, span) for span in spans[:3])


Measure = Callable[[argparse.Namespace, Knowledge], Iterator[Score]]
MENTIONS: dict[str, Measure] = {
    "practices": practices,
    "denials": denied,
    "permissions": permissions,
}
