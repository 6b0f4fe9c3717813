"""Two disclosures in, whether one takes back the other out: compared part by part, never noun by noun."""

from __future__ import annotations

from permcheck.knowledge import Knowledge
from permcheck.model import Action, Disclosure
from permcheck.reading.lexicon import FIRST_CJK, tokenize

RULES_OUT: dict[Action, tuple[Action, ...]] = {
    "access": ("access", "use", "collect", "store", "share"),
    "use": ("access", "use", "collect", "store", "share"),
    "collect": ("collect", "store", "share"),
    "store": ("collect", "store", "share"),
    "share": (),
    "sell": (),
}
"""Which told acts a denied one rules out: who does not collect may still read it on the phone."""
ACTS: dict[Action, str] = {
    "access": "access", "use": "use", "collect": "collection", "store": "storage", "share": "sharing", "sell": "sale",
}  # fmt: skip


def meets(told: Disclosure, denied: Disclosure, knowledge: Knowledge) -> bool:
    """Whether a denial takes back what is told: same party and data, overlapping scope, an act that it rules out."""
    if told.location == denied.location or told.action not in RULES_OUT[denied.action]:
        return False
    overlap = told.scope == denied.scope or "app" in (told.scope, denied.scope)
    return overlap and _same_thing(told, denied, knowledge)


def leaves_no_room(denied: Disclosure, told: Disclosure) -> bool:
    """Whether one act leaves no room for the other, whatever the words for the data: who sends has collected."""
    return told.party == "first" and told.action in (*RULES_OUT[denied.action], "share", "sell")


def question(told: Disclosure, denied: Disclosure) -> str:
    """The question that two sentences leave open, in plain words."""
    where = f"{_where(told)} says that the app does it ({_words(told)})"
    other = f"{_where(denied)} denies {ACTS[denied.action]} ({_words(denied)})"
    return f"{where}, {other}: is that the same thing?"


def _words(item: Disclosure) -> str:
    deed, data = item.marked("deed"), item.marked("data")
    return f"“{deed}”, “{data}”" if deed and data else f"“{deed or data}”" if deed or data else item.why


def _where(item: Disclosure) -> str:
    span = item.location.span
    if span is None:
        return "one sentence"
    return f"page {span.page}" if span.page else f"line {span.line}"


def _same_thing(told: Disclosure, denied: Disclosure, knowledge: Knowledge) -> bool:
    """Whether what is denied is all of what is told: "precise location" denied leaves "location" open.

    Where the language does not say which words are articles, the words that tell must stand in the denial.
    """
    one, other = told.marked("data").casefold(), denied.marked("data").casefold()
    if not other or other in told.quote.casefold():
        return True  # a heading or a definition above names all of it
    language = knowledge.languages.get(told.language)
    if other[:1] >= FIRST_CJK or (language is not None and language.cues.get("determiner")):
        return {token.text for token in tokenize(other)} <= {token.text for token in tokenize(one)}
    return bool(one) and one in denied.quote.casefold()
