"""A passage and a place in it in, what hangs on that clause out: purpose, condition, recipients, retention, way out."""

from __future__ import annotations

import re

from permcheck.reading.lexicon import Hit
from permcheck.reading.predicate import predicates
from permcheck.reading.segment import Passage
from permcheck.reading.sentence import Sentence

CLAUSE_END = re.compile(r"[;\u3002\uff1b!?\uff01\uff1f|]|, (?:which|we|you|and we|but)\b|\uff0c(?:\u6211\u4eec|\u60a8)")
NAMES = re.compile(
    r"\b(?:with|to|through|by|from|mit|an|avec|\u00e0|con|a) (?:the )?"
    r"((?:[A-Z][\w&\u2019'-]*)(?: (?:[A-Z][\w&\u2019'-]*|services|platform))*)"
)
NOT_NAMES = frozenset(
    {"We", "You", "Our", "Your", "The", "Services", "Service", "Policy", "Privacy", "This", "App", "Apps", "Sie", "Ihr",
     "Ihre", "Ihren", "Ihrem", "Ihnen", "Dritte", "Dritten"}
)  # fmt: skip
LONGEST = 200
OURS = ("collect", "access", "use", "share", "store", "request", "need", "write")


def purpose(passage: Passage, at: int) -> str:
    """The stated purpose in the document's words, empty where there is none; ``at`` is a word of the claim."""
    sentence = passage.sentence
    starts = [hit for hit in sentence.of("purpose") if not _no_purpose(sentence, hit)]
    after, before = [hit for hit in starts if hit.start >= at], [hit for hit in starts if hit.start < at]
    for hit in (*after, *before):
        text = _clause(sentence, hit)
        if len(text.split()) > 1 or text[-1:] >= "\u3040":
            return text
    return ""


def _no_purpose(sentence: Sentence, hit: Hit) -> bool:
    return any(other.start == hit.start and other.end > hit.end for other in sentence.of("purpose_not"))


def _clause(sentence: Sentence, hit: Hit) -> str:
    start, _ = sentence.place(hit.start, hit.end)
    stop = CLAUSE_END.search(sentence.text, start + 3, sentence.last)
    text = sentence.text[start : stop.start() if stop else sentence.last]
    return text.strip(" ,\uff0c.")[:LONGEST]


def condition(passage: Passage) -> str:
    """The words that narrow the practice ("when you enable ..."), empty where nothing does."""
    hits = passage.sentence.of("excepted_use") or passage.sentence.of("condition", "inverted_condition", "consent")
    return _until_comma(passage.sentence, hits[0]) if hits else ""


def recipients(passage: Passage) -> tuple[str, ...]:
    """Who receives it: names and kinds of third parties in a sentence that speaks of sharing."""
    sentence = passage.sentence
    shared = [hit for kind, hit in sentence.acts if kind in ("share", "sell")]
    if not shared:
        return ()
    first = sentence.tokens[min(hit.start for hit in shared)].start
    named = [match.group(1) for match in NAMES.finditer(sentence.text, first, sentence.last)]
    kinds = [sentence.words(hit.start, hit.end) for hit in sentence.of("partner")]
    found = [name for name in named if name.split()[0] not in NOT_NAMES]
    return tuple(dict.fromkeys([*found, *kinds]))


def retention(passage: Passage) -> str:
    """How long it is kept, in the document's words."""
    hits = passage.sentence.of("retention")
    return _until_comma(passage.sentence, hits[0]) if hits else ""


def is_control(passage: Passage) -> bool:
    """Whether the sentence tells how to switch something off rather than what is done."""
    sentence = passage.sentence
    controls = sentence.of("control")
    if not controls or sentence.has("control_not"):
        return False
    first = controls[0].start
    return not any(
        one.start < first and one.act in OURS and one.subject.actor in ("app", "company")
        for one in predicates(sentence)
    )


def _until_comma(sentence: Sentence, hit: Hit) -> str:
    start, _ = sentence.place(hit.start, hit.end)
    return re.split(r"[,;\uff0c\u3002\uff1b]|\.\s|\.$", sentence.text[start : sentence.last], maxsplit=1)[0].strip()[
        :LONGEST
    ]
