"""All disclosures of a run in, the verdict for one category out: specific beats generic, the app beats the website."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Category
from permcheck.model import Action, Confidence, Disclosure, Platform, Verdict
from permcheck.reading.controls import ONLY_CONTROL
from permcheck.reading.lexicon import FIRST_CJK, tokenize

Judgement = tuple[Verdict, Confidence, str, tuple[Disclosure, ...]]
OWN_ACTIONS = ("access", "collect", "use")
TOLD = ("disclosed", "conditional")
DENIED = ("denied", "denied-except")
SAME_DEED: dict[Action, tuple[Action, ...]] = {
    "collect": ("collect",),
    "access": ("access", "collect", "use"),
    "use": ("use", "access", "collect"),
    "share": (),
    "sell": (),
}
"""What a denied deed rules out: who does not collect may still use it on the phone, who does not read it may not."""


def verdict(
    category: Category, disclosures: tuple[Disclosure, ...], platform: Platform | None, knowledge: Knowledge
) -> Judgement:
    """What the policy says of a category for an app of ``platform`` (none: as if some app asked for it).

    Returns the verdict, how sure it is, why in one sentence, and the disclosures that decided it.
    """
    own = [item for item in disclosures if item.source == "policy" and item.category == category.id]
    heard = {_heard(item, category): item for item in own}
    found, confidence, why, deciding = _judge(category, list(heard), disclosures, platform, knowledge)
    return found, confidence, why, tuple(heard.get(item, item) for item in deciding)


def _judge(
    category: Category,
    own: list[Disclosure],
    disclosures: tuple[Disclosure, ...],
    platform: Platform | None,
    knowledge: Knowledge,
) -> Judgement:
    fitting = [item for item in own if _fits(item, platform)]
    answer = _contradicted(fitting, knowledge)
    if answer:
        return answer
    for question in (_disclosed, _denied):
        answer = question(fitting)
        if answer:
            return answer
    wider = _covered(category, disclosures, platform, knowledge)
    if wider:
        return wider
    for question in (_hedged, _elsewhere, _unfilled, _vague, _placeholder):
        answer = question(fitting)
        if answer:
            return answer
    return _parent(category, disclosures, platform) or _silent(own, platform)


def _heard(item: Disclosure, category: Category) -> Disclosure:
    """A disclosure as it bears upon the category: to send what goes to the reader ("notifications") is no sharing."""
    return replace(item, action="use") if category.outbound and item.action == "share" else item


def _fits(item: Disclosure, platform: Platform | None) -> bool:
    return platform is None or item.scope not in ("android", "ios") or item.scope == platform


def _in_app(item: Disclosure) -> bool:
    return item.scope in ("app", "android", "ios")


def _told(items: Sequence[Disclosure]) -> list[Disclosure]:
    return [
        item for item in items if (item.stance in TOLD or _but_for(item)) and _in_app(item) and not _gated_sharing(item)
    ]


def _but_for(item: Disclosure) -> bool:
    """Whether it is denied but for a case that the app itself brings about ("not used except for scanning")."""
    case = item.stance == "denied-except" and bool(item.marked("case"))
    return case and item.action in OWN_ACTIONS and item.party == "first"


def _gated_sharing(item: Disclosure) -> bool:
    """Whether it says no more than that nothing is passed on without consent, so not that anything is read."""
    return item.stance == "conditional" and item.action in ("share", "sell")


def _flat(items: Sequence[Disclosure]) -> list[Disclosure]:
    """Denials of the app's own deeds: what the website or a smart device does not do says nothing of the app."""
    flat = [item for item in items if item.stance == "denied" and item.action in OWN_ACTIONS]
    return [item for item in flat if item.party == "first" and _in_app(item)]


def _contradicted(items: Sequence[Disclosure], knowledge: Knowledge) -> Judgement | None:
    """Two sentences about the same data, by the same party, of overlapping scope: one says it is done, one not."""
    told = [item for item in _told(items) if item.stance == "disclosed" and item.party == "first"]
    for denied in _flat(items):
        against = [item for item in told if _overlap(item, denied) and _same_thing(item, denied, knowledge)]
        if against:
            return "contradicted", "medium", _difference(against[0], denied), (against[0], denied)
    return None


def _difference(told: Disclosure, denied: Disclosure) -> str:
    """Which words of two sentences say the opposite, where both say it themselves."""
    said, unsaid, data = told.marked("deed"), denied.marked("deed"), told.marked("data")
    if said and unsaid and data:
        return f"of “{data}” one sentence says “{said}”, another “{unsaid}”"
    return f"one sentence denies it ({denied.why}), another tells it ({told.why})"


def _overlap(told: Disclosure, denied: Disclosure) -> bool:
    if told.location == denied.location or told.action not in SAME_DEED[denied.action]:
        return False
    return told.scope == denied.scope or "app" in (told.scope, denied.scope)


def _same_thing(told: Disclosure, denied: Disclosure, knowledge: Knowledge) -> bool:
    """Whether what is denied is all of what is told: "precise location" denied leaves "location" open.

    Where the language does not say which words are articles, the words that tell must stand in the denial.
    """
    one, other = told.marked("data").casefold(), denied.marked("data").casefold()
    if not other or other in told.quote.casefold():
        return True  # a heading or a definition above names all of it
    language = knowledge.languages.get(told.language)
    if other[:1] >= FIRST_CJK or (language is not None and language.words.get("determiner")):
        return {token.text for token in tokenize(other)} <= {token.text for token in tokenize(one)}
    return bool(one) and one in denied.quote.casefold()


def _disclosed(items: Sequence[Disclosure]) -> Judgement | None:
    told = _told(items)
    if not told:
        return None
    rank: dict[Confidence, int] = {"high": 0, "medium": 1, "low": 2}
    told.sort(key=lambda item: (rank[item.confidence], item.party == "third", item.location.path, item.location.span))
    denied = [item for item in _flat(items) if any(_rules_out(item, other) for other in told)]
    if denied:
        why = f"{told[0].why}; but another sentence denies it in other words ({denied[0].why})"
        return "disclosed", "low", why, (*told, *denied)
    return "disclosed", told[0].confidence, told[0].why, tuple(told)


def _rules_out(denied: Disclosure, told: Disclosure) -> bool:
    """Whether one deed leaves no room for the other, whatever the words for the data: who sends has collected."""
    return told.party == "first" and told.action in (*SAME_DEED[denied.action], "share", "sell")


def _denied(items: Sequence[Disclosure]) -> Judgement | None:
    flat = _flat(items)
    if flat:
        return "denied", "high", flat[0].why, tuple(flat)
    excepted = [item for item in items if item.stance == "denied-except" and item.action in OWN_ACTIONS]
    excepted = [item for item in excepted if item.party == "first"]
    if excepted:
        return "denied", "medium", f"denied with an exception; {excepted[0].why}", tuple(excepted)
    return None


def _hedged(items: Sequence[Disclosure]) -> Judgement | None:
    hedged = [item for item in items if item.stance == "hedged" and item.party == "first"]
    return ("denied", "low", f"denied, but hedged; {hedged[0].why}", tuple(hedged)) if hedged else None


def _elsewhere(items: Sequence[Disclosure]) -> Judgement | None:
    """Told, but of something else than the app: the website, or what a smart device records by itself."""
    told = [item for item in items if item.stance in TOLD and not _in_app(item) and not _gated_sharing(item)]
    other = told or [item for item in items if item.stance == "vague" and not _in_app(item)]
    own = tuple(item for item in items if item.stance == "vague" and _in_app(item))
    if not told and (own or not other):
        return None
    whose = "a smart device's own data" if other[0].scope == "device" else "the website"
    return "vague", "medium", f"told only of {whose}, not of the app; {other[0].why}", (*other, *own)


def _vague(items: Sequence[Disclosure]) -> Judgement | None:
    vague = [item for item in items if item.stance == "vague"]
    if vague:
        return "vague", "medium", vague[0].why, tuple(vague)
    shared = [
        item for item in items if _gated_sharing(item) or (item.stance in DENIED and item.action in ("share", "sell"))
    ]
    if shared:
        return "vague", "low", f"only sharing is denied; {shared[0].why}", tuple(shared)
    return None


def _unfilled(items: Sequence[Disclosure]) -> Judgement | None:
    """A clause with an open slot says more than a sentence that only tells how to switch it off."""
    vague = [item for item in items if item.stance == "vague"]
    return None if any(item.why != ONLY_CONTROL for item in vague) else _placeholder(items)


def _placeholder(items: Sequence[Disclosure]) -> Judgement | None:
    unfilled = tuple(item for item in items if item.stance == "placeholder")
    return ("placeholder-only", "high", unfilled[0].why, unfilled) if unfilled else None


def _covered(
    category: Category, disclosures: tuple[Disclosure, ...], platform: Platform | None, knowledge: Knowledge
) -> Judgement | None:
    """The disclosure of a wider reach tells this one too."""
    for name in category.covered_by:
        items = [item for item in disclosures if item.category == name and _fits(item, platform)]
        found = None if _contradicted(items, knowledge) else _disclosed(items)
        if found:
            title = knowledge.categories[name].title if name in knowledge.categories else name
            return "disclosed", "medium", f"told together with {title.lower()}; {found[2]}", found[3]
    return None


def _parent(category: Category, disclosures: tuple[Disclosure, ...], platform: Platform | None) -> Judgement | None:
    items = [item for item in disclosures if category.parent and item.category == category.parent]
    told = [
        item
        for item in _told([item for item in items if _fits(item, platform)])
        if item.party == "first" and item.action in ("access", "collect")
    ]
    if not told:
        return None
    return "vague", "medium", f"{category.parent} is told, but not this; {told[0].why}", tuple(told)


def _silent(own: Sequence[Disclosure], platform: Platform | None) -> Judgement:
    other = tuple(item for item in own if not _fits(item, platform))
    if other:
        return "silent", "medium", f"told only for {other[0].scope}", other
    beside = tuple(item for item in own if item.stance == "purpose-scoped")
    if beside:
        return "silent", "medium", f"only one purpose of it, or keeping it, is denied; {beside[0].why}", beside
    return "silent", "high", "never mentioned", ()
