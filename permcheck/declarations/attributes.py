"""A passage and a mention in it in, what hangs on the clause out: purpose, condition, recipients, retention, scope."""

from __future__ import annotations

import re
from collections.abc import Sequence

from permcheck.declarations.clauses import subjects
from permcheck.declarations.lexicon import FIRST_CJK, Hit
from permcheck.declarations.passages import Passage, Words
from permcheck.model import Party, Scope

CLAUSE_END = re.compile(r"[.;\u3002\uff1b!?\uff01\uff1f]|, (?:which|we|you|and we|but)\b|\uff0c(?:\u6211\u4eec|\u60a8)")
NAMES = re.compile(
    r"\b(?:with|to|through|by|from) (?:the )?((?:[A-Z][\w&\u2019'-]*)(?: (?:[A-Z][\w&\u2019'-]*|services|platform))*)"
)
NOT_NAMES = frozenset(
    {"We", "You", "Our", "Your", "The", "Services", "Service", "Policy", "Privacy", "This", "App", "Apps"}
)
LONGEST = 200
EARLY = 4
ADVERBS = 2
"""How many words may stand between a device and what it does; twice as many where a word is one character."""
BESIDE = 3
"""How many words from the name of a device a phone may stand to be meant by it."""
DEEDS = ("collect", "access", "use", "share")


def purpose(passage: Passage, mention: Hit) -> str:
    """The stated purpose in the document's words, empty where the sentence gives none."""
    words = passage.words
    starts = [hit for hit in words.words.get("purpose", ()) if not _no_purpose(words, hit)]
    after = [hit for hit in starts if hit.start >= mention.end]
    before = [hit for hit in starts if hit.end <= mention.start]
    for hit in (*after, *before):
        text = _clause(passage, words.start(hit))
        if len(text.split()) > 1 or text[-1:] >= "\u3040":
            return text
    return ""


def condition(passage: Passage) -> str:
    """The words that narrow the practice ("when you enable ..."), empty where nothing does."""
    hits = passage.words.words.get("condition") or passage.words.words.get("consent_gate")
    return _until_comma(passage, passage.words.start(hits[0])) if hits else ""


def recipients(passage: Passage) -> tuple[str, ...]:
    """Who receives it: names and kinds of third parties in a sentence that speaks of sharing."""
    words = passage.words
    if not words.has("share", "sell"):
        return ()
    first = min(words.start(hit) for name in ("share", "sell") for hit in words.words.get(name, ()))
    named = [match.group(1) for match in NAMES.finditer(passage.words.text, first, passage.end)]
    kinds = [words.text[words.start(hit) : words.end(hit)] for hit in _widest(words.words.get("third", []))]
    found = [name for name in named if name.split()[0] not in NOT_NAMES]
    return tuple(dict.fromkeys([*found, *kinds]))


def retention(passage: Passage) -> str:
    """How long it is kept, in the document's words."""
    hits = passage.words.words.get("retention")
    return _until_comma(passage, passage.words.start(hits[0])) if hits else ""


def party(passage: Passage, mention: Hit) -> Party:
    """Who does it: a third party where it is the subject, and nobody says "we" before it."""
    words = passage.words.words
    others = [hit.start for hit in words.get("third_subject", ()) if hit.start < mention.start]
    ours = [hit.start for hit in words.get("we", ())]
    return "third" if others and min(others) < min(ours, default=1 << 30) else "first"


def scope(passage: Passage, mention: Hit, others: Sequence[Hit] = (), *, website_only: bool) -> Scope:
    """What the clause is about: the app unless its words or headings narrow it to something else.

    ``others`` are all mentions of the category in the sentence: named by one platform's own words alone ("Face ID"),
    the clause speaks of that platform.
    """
    platform = _platform(passage)
    if platform is not None:
        return platform
    if _gadget(passage, mention):
        return "device"
    platform = _named_by(passage.words, others)
    if platform is not None:
        return platform
    if website_only or _website(passage):
        return "website"
    return "app"


def is_control(passage: Passage) -> bool:
    """Whether the sentence tells how to switch something off rather than what is done."""
    controls = passage.words.words.get("control")
    if not controls or passage.words.has("control_not"):
        return False
    first = min(hit.start for hit in controls)
    before = passage.words.text[passage.start : passage.words.start(min(controls))]
    if "|" in before or "(" in before or "\uff08" in before:
        return False
    early = EARLY * (3 if passage.words.tokens[first].text[0] >= FIRST_CJK else 2)
    verbs = [hit.start for name in ("collect", "access", "use", "share") for hit in passage.words.words.get(name, ())]
    return first <= early and first < min([start for start in verbs if not _in(controls, start)], default=1 << 30)


def _in(hits: list[Hit], at: int) -> bool:
    return any(hit.start <= at < hit.end for hit in hits)


def _platform(passage: Passage) -> Scope | None:
    named = {name for name in ("android", "ios") if passage.words.has(name)}
    if not named and passage.headings:
        tokens = {token.text for token in passage.heading.tokens}
        named = {name for name in ("android", "ios") if name in tokens}
    if len(named) != 1:
        return None
    return "android" if "android" in named else "ios"


def _named_by(words: Words, mentions: Sequence[Hit]) -> Scope | None:
    for platform, names in (("ios", words.words.get("ios_name", ())), ("android", words.words.get("android_name", ()))):
        if mentions and all(any(name.start <= hit.start < name.end for name in names) for hit in mentions):
            return "ios" if platform == "ios" else "android"
    return None


def _gadget(passage: Passage, mention: Hit) -> bool:
    """Whether a smart device does it by itself, or it is about one: no word of the app or the phone stands by."""
    words = passage.words
    phones = [hit for hit in words.words.get("own_phone", ()) if not _kept_from(words, hit)]
    if any(_names(words, hit, mention) for hit in words.words.get("gadget", ())):
        return True
    if passage.heading.has("own_phone") or any(_same_clause(words, hit, mention) for hit in phones):
        return False
    gadgets = words.words.get("gadget", ())
    return any(_same_clause(words, hit, mention) and _owns(words, hit, mention) for hit in gadgets)


def _kept_from(words: Words, phone: Hit) -> bool:
    """Whether it is denied that anything reaches the phone ("stays in the lock, is not sent to your phone")."""
    before = [hit for hit in words.words.get("negation", ()) if hit.end <= phone.start]
    return any(not _comma(words, hit.end, phone.start) for hit in before)


def _names(words: Words, gadget: Hit, mention: Hit) -> bool:
    """Whether the mention is but a part of the device's name, and no phone stands right beside it."""
    inside = gadget.start <= mention.start and mention.end <= gadget.end and mention[:2] != gadget[:2]
    phones = words.words.get("own_phone", ())
    return inside and not any(hit.start - gadget.end <= BESIDE and gadget.start - hit.end <= BESIDE for hit in phones)


def _same_clause(words: Words, one: Hit, other: Hit) -> bool:
    first, last = sorted((words.start(one), words.start(other)))
    return not any(mark in words.text[first:last] for mark in ";\uff1b")


def _owns(words: Words, gadget: Hit, mention: Hit) -> bool:
    if gadget.start <= mention.start and mention.end <= gadget.end:
        return True
    if gadget.start >= mention.end:
        behind = any(hit.end == gadget.start for hit in words.words.get("gadget_after", ()))
        of = any(hit.start == mention.end and hit.end == gadget.start for hit in words.words.get("gadget_of", ()))
        return behind or of or _from(words, gadget, mention)
    if any(hit.end == gadget.start for hit in words.words.get("gadget_before", ())) or _part(words, gadget, mention):
        return True
    if _in_between(words, gadget, mention):
        return False
    if mention.start - gadget.end <= 1:
        return True
    far = ADVERBS * (2 if words.tokens[gadget.start].text[0] >= FIRST_CJK else 1)
    acts = [hit.start for name in (*DEEDS, "gadget_has") for hit in words.words.get(name, ())]
    near = any(0 <= start - gadget.end <= far and not _comma(words, gadget.end, start) for start in acts)
    late = [hit for hit in words.words.get("gadget_acts", ()) if gadget.end <= hit.start and hit.end <= mention.start]
    acting = late and not _comma(words, gadget.end, late[0].start) and not _overlaps(words, "phone_side", mention)
    return bool(near or acting) and _leads(words, gadget)


def _part(words: Words, gadget: Hit, mention: Hit) -> bool:
    """Whether it is one of several parts of the device ("the doorbell's camera and microphone")."""
    if not any(hit.start == gadget.end for hit in words.words.get("gadget_own", ())):
        return False
    deeds = [hit.start for name in (*DEEDS, "enable") for hit in words.words.get(name, ())]
    return not _comma(words, gadget.end, mention.start) and not any(gadget.end <= at < mention.start for at in deeds)


def _leads(words: Words, gadget: Hit) -> bool:
    """Whether the device may be the subject of its clause, no deed before it ("when adding a doorbell")."""
    before = words.text[words.tokens[0].start : words.start(gadget)]
    clause = max(before.rfind(sign) for sign in ",;:\uff0c\uff1b\uff1a") + 1 + words.tokens[0].start
    busy = [hit for name in (*DEEDS, "enable") for hit in words.words.get(name, ())]
    return not any(clause <= words.start(hit) < words.start(gadget) for hit in busy)


def _overlaps(words: Words, name: str, mention: Hit) -> bool:
    return any(hit.start < mention.end and mention.start < hit.end for hit in words.words.get(name, ()))


def _comma(words: Words, start: int, end: int) -> bool:
    """Whether a comma stands before the word at ``end`` and behind the one before ``start``."""
    return bool({",", "\uff0c"} & set(words.text[words.tokens[start - 1].end : words.tokens[end].start]))


def _from(words: Words, gadget: Hit, mention: Hit) -> bool:
    """Whether the data comes out of the device ("your weight from the scale"), but for what a phone does with one."""
    if not any(hit.end == gadget.start for hit in words.words.get("gadget_from", ())):
        return False
    if _overlaps(words, "phone_side", mention):
        return False
    deeds = [hit.start for name in (*DEEDS, "enable") for hit in words.words.get(name, ())]
    return not any(mention.end <= start < gadget.start for start in deeds)


def _in_between(words: Words, gadget: Hit, mention: Hit) -> bool:
    """Whether somebody else begins to act before the mention; a pronoun right behind a verb is only its object."""
    verbs = {hit.end for name in DEEDS for hit in words.words.get(name, ()) if hit.start >= gadget.end}
    return any(gadget.end <= start < mention.end and start not in verbs for start in subjects(words))


def _website(passage: Passage) -> bool:
    if passage.words.has("app", "own_phone") or not passage.words.has("website"):
        return False
    return not any(heading.has("app") for heading in passage.headings)


def _no_purpose(words: Words, hit: Hit) -> bool:
    return any(other.start == hit.start and other.end > hit.end for other in words.words.get("purpose_not", ()))


def _clause(passage: Passage, start: int) -> str:
    stop = CLAUSE_END.search(passage.words.text, start + 3, passage.end)
    text = passage.words.text[start : stop.start() if stop else passage.end].strip(" ,\uff0c")
    return text[:LONGEST]


def _until_comma(passage: Passage, start: int) -> str:
    text = passage.words.text[start : passage.end]
    return re.split(r"[,;.\uff0c\u3002\uff1b]", text, maxsplit=1)[0].strip()[:LONGEST]


def _widest(hits: list[Hit]) -> list[Hit]:
    return [
        hit
        for hit in hits
        if not any(other != hit and other.start <= hit.start and hit.end <= other.end for other in hits)
    ]
