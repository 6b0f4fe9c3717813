"""The disclosures of a run in, the verdict for one category out: the first rule of one ordered table that speaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Category
from permcheck.model import Confidence, Disclosure, Platform, Verdict
from permcheck.reading import contradict
from permcheck.reading.policy import ONLY_CONTROL

Judgement = tuple[Verdict, Confidence, str, tuple[Disclosure, ...]]
OWN_ACTIONS = ("access", "collect", "use", "store")
TOLD = ("disclosed", "conditional")
DENIED = ("denied", "denied-except")
RANK: dict[Confidence, int] = {"high": 0, "medium": 1, "low": 2}


class Decision(NamedTuple):
    """What a rule decided: its name, the verdict, how sure, why in one sentence, and by which disclosures."""

    rule: str
    verdict: Verdict
    confidence: Confidence
    why: str
    by: tuple[Disclosure, ...]


@dataclass(frozen=True)
class Claims:
    """What is said of a category: on the platform asked for (``fitting``), at all (``own``), and of all categories."""

    category: Category
    own: tuple[Disclosure, ...]
    fitting: tuple[Disclosure, ...]
    every: tuple[Disclosure, ...]
    platform: Platform | None
    knowledge: Knowledge


Answer = tuple[Verdict, Confidence, str, tuple[Disclosure, ...]]
Rule = Callable[[Claims], Answer | None]


def verdict(
    category: Category, disclosures: tuple[Disclosure, ...], platform: Platform | None, knowledge: Knowledge
) -> Judgement:
    """What the policy says of a category for an app of ``platform`` (none: as if some app asked for it).

    Returns the verdict, how sure it is, why in one sentence, and the disclosures that decided it.
    """
    found = decide(category, disclosures, platform, knowledge)
    return found.verdict, found.confidence, found.why, found.by


def decide(
    category: Category, disclosures: tuple[Disclosure, ...], platform: Platform | None, knowledge: Knowledge
) -> Decision:
    """The same with the name of the rule that spoke; the last rule always does."""
    own = [item for item in disclosures if item.source == "policy" and item.category == category.id]
    heard = {_heard(item, category): item for item in own}
    fitting = tuple(item for item in heard if fits(item, platform))
    claims = Claims(category, tuple(heard), fitting, disclosures, platform, knowledge)
    for name, rule in RULES:
        answer = rule(claims)
        if answer is not None:
            found, confidence, why, by = answer
            return Decision(name, found, confidence, why, tuple(heard.get(item, item) for item in by))
    raise AssertionError("the last rule answers")


def fits(item: Disclosure, platform: Platform | None) -> bool:
    """Whether a disclosure is about the platform."""
    return platform is None or item.scope not in ("android", "ios") or item.scope == platform


def _heard(item: Disclosure, category: Category) -> Disclosure:
    """A disclosure as it bears upon the category: to send what goes to the reader ("notifications") is no sharing."""
    return replace(item, action="use") if category.outbound and item.action == "share" else item


def in_app(item: Disclosure) -> bool:
    """Whether it is about the app, and not about a website or a gadget."""
    return item.scope in ("app", "android", "ios")


def _told(items: Sequence[Disclosure]) -> list[Disclosure]:
    return [
        item for item in items if (item.stance in TOLD or _but_for(item)) and in_app(item) and not _gated_sharing(item)
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
    return [item for item in flat if item.party == "first" and in_app(item)]


def _contradicted(claims: Claims) -> Answer | None:
    """Two sentences about the same data, by the same party, of overlapping scope: one says it is done, one not."""
    return _contradiction(claims.fitting, claims.knowledge)


def _contradiction(items: Sequence[Disclosure], knowledge: Knowledge) -> Answer | None:
    told = [item for item in _told(items) if item.stance == "disclosed" and item.party == "first"]
    for denied in [item for item in _flat(items) if item.confidence != "low"]:
        against = [item for item in told if contradict.meets(item, denied, knowledge)]
        if against:
            return "contradicted", "medium", contradict.question(against[0], denied), (against[0], denied)
    return None


def _disclosed(claims: Claims) -> Answer | None:
    return _disclosure(claims.fitting)


def _disclosure(items: Sequence[Disclosure]) -> Answer | None:
    told = sorted(
        _told(items),
        key=lambda item: (RANK[item.confidence], item.party == "third", item.location.path, item.location.span),
    )
    if not told:
        return None
    denied = [item for item in _flat(items) if any(contradict.leaves_no_room(item, other) for other in told)]
    if denied:
        return "disclosed", "low", contradict.question(told[0], denied[0]), (*told, *denied)
    return "disclosed", told[0].confidence, told[0].why, tuple(told)


def _denied(claims: Claims) -> Answer | None:
    flat = [item for item in _flat(claims.fitting) if item.confidence != "low"]
    return ("denied", "high", flat[0].why, tuple(flat)) if flat else None


def _denied_except(claims: Claims) -> Answer | None:
    excepted = [item for item in claims.fitting if item.stance == "denied-except" and item.action in OWN_ACTIONS]
    excepted = [item for item in excepted if item.party == "first"]
    return ("denied", "medium", f"with an exception, {excepted[0].why}", tuple(excepted)) if excepted else None


def _covered(claims: Claims) -> Answer | None:
    """The disclosure of a wider reach tells this one too."""
    for name in claims.category.covered_by:
        items = [item for item in claims.every if item.category == name and fits(item, claims.platform)]
        found = None if _contradiction(items, claims.knowledge) else _disclosure(items)
        if found:
            known = claims.knowledge.categories.get(name)
            title = (known.title if known else name).lower()
            return "disclosed", "medium", f"disclosed together with {title}: {found[2]}", found[3]
    return None


def _hedged(claims: Claims) -> Answer | None:
    hedged = [item for item in claims.fitting if item.stance == "hedged" and item.party == "first"]
    return ("denied", "low", f"with a hedge, {hedged[0].why}", tuple(hedged)) if hedged else None


def _elsewhere(claims: Claims) -> Answer | None:
    """Told, but of something else than the app: the website, or what a smart device records by itself."""
    items = claims.fitting
    told = [item for item in items if item.stance in TOLD and not in_app(item) and not _gated_sharing(item)]
    other = told or [item for item in items if item.stance == "vague" and not in_app(item)]
    own = tuple(item for item in items if item.stance == "vague" and in_app(item))
    if not told and (own or not other):
        return None
    whose = "a smart device" if other[0].scope == "device" else "the website"
    return "vague", "medium", f"disclosed only for {whose}, not for the app: {other[0].why}", (*other, *own)


def _unfilled(claims: Claims) -> Answer | None:
    """A clause with an open slot says more than a sentence that only tells how to switch it off."""
    vague = [item for item in claims.fitting if item.stance == "vague"]
    return None if any(item.why != ONLY_CONTROL for item in vague) else _placeholder(claims)


def _vague(claims: Claims) -> Answer | None:
    vague = tuple(item for item in claims.fitting if item.stance == "vague")
    return ("vague", "medium", vague[0].why, vague) if vague else None


def _only_sharing(claims: Claims) -> Answer | None:
    """That it is not passed on leaves open that it is read."""
    items = claims.fitting
    shared = [
        item for item in items if _gated_sharing(item) or (item.stance in DENIED and item.action in ("share", "sell"))
    ]
    return ("vague", "low", f"only sharing is denied: {shared[0].why}", tuple(shared)) if shared else None


def _placeholder(claims: Claims) -> Answer | None:
    unfilled = tuple(item for item in claims.fitting if item.stance == "placeholder")
    return ("placeholder-only", "high", unfilled[0].why, unfilled) if unfilled else None


def _denied_in_general(claims: Claims) -> Answer | None:
    """Denied only in general words that also cover it."""
    flat = _flat(claims.fitting)
    return ("denied", "low", flat[0].why, tuple(flat)) if flat else None


def _parent(claims: Claims) -> Answer | None:
    """The disclosure of the broader category points at this one; at use in the background only where an app asks."""
    category = claims.category
    if not category.parent or (category.id.endswith("-background") and claims.platform is None):
        return None
    items = [item for item in claims.every if item.category == category.parent and fits(item, claims.platform)]
    told = [item for item in _told(items) if item.party == "first" and item.action in ("access", "collect")]
    why = f"mentions {category.parent}, but not this: "
    return ("vague", "medium", why + told[0].why, tuple(told)) if told else None


def _other_platform(claims: Claims) -> Answer | None:
    other = tuple(item for item in claims.own if not fits(item, claims.platform))
    return ("silent", "medium", f"mentioned only for {other[0].scope}", other) if other else None


def _denied_in_part(claims: Claims) -> Answer | None:
    part = tuple(item for item in claims.own if item.stance == "purpose-scoped")
    return ("silent", "medium", f"only one purpose or a part of it is denied: {part[0].why}", part) if part else None


def _silent(_: Claims) -> Answer:
    return "silent", "high", "never mentioned", ()


RULES: tuple[tuple[str, Rule], ...] = (
    ("contradicted", _contradicted),
    ("disclosed", _disclosed),
    ("denied", _denied),
    ("denied with an exception", _denied_except),
    ("disclosed by a wider category", _covered),
    ("denied with a hedge", _hedged),
    ("disclosed elsewhere only", _elsewhere),
    ("unfilled", _unfilled),
    ("vague", _vague),
    ("only sharing is denied", _only_sharing),
    ("placeholder", _placeholder),
    ("denied in general words", _denied_in_general),
    ("broader category", _parent),
    ("other platform only", _other_platform),
    ("denied in part", _denied_in_part),
    ("silent", _silent),
)
"""The table that decides: the first rule that has an answer speaks."""
