"""A claim in its passage in, the same claim out with what bounds it, or its rejection."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from permcheck.reading import context, scope
from permcheck.reading.claim import Claim, Outcome, Rejected
from permcheck.reading.predicate import Predicate
from permcheck.reading.segment import Passage

RESTRICTED: dict[str, Literal["purpose", "part", "variant"]] = {
    "purpose": "purpose",
    "background": "part",
    "variant": "variant",
}
"""What a bound leaves open of a denial."""


def bounded(passage: Passage, claim: Claim, predicate: Predicate | None) -> Outcome:
    """A claim with what bounds it: choice, hedge, exception, purpose, part, platform or product."""
    claim = replace(claim, scope=scope.scope_of(passage, claim))
    if claim.scope == "device" and claim.mention.grade == "vague":
        return Rejected(claim.mention, "device-only")
    if claim.polarity == "told":
        return _told(passage, claim)
    if claim.act == "leave":
        return replace(claim, polarity="told", act="stay", unclear="it only says that it stays on the phone")
    if claim.mention.grade == "vague" and claim.act == "include":
        return Rejected(claim.mention, "general-words")
    return _denied(passage, claim, predicate)


def _told(passage: Passage, claim: Claim) -> Claim:
    whole = context.only_example(passage.sentence, claim.mention)
    if whole:
        claim = replace(claim, unclear=f"it is named only as an example of “{whole}”")
    return replace(claim, modality="by-choice") if context.by_choice(passage.sentence) else claim


def _denied(passage: Passage, claim: Claim, predicate: Predicate | None) -> Outcome:
    """A denial with what it leaves open."""
    bound = context.bound_of_denial(passage.sentence, claim.mention, predicate)
    if bound in ("children", "other"):
        return Rejected(claim.mention, "children" if bound == "children" else "not-this-object")
    if bound in ("consent", "condition"):
        return replace(claim, excepted="consent")
    if bound == "exception" and context.left_out(passage.sentence, claim.mention) is None:
        return replace(claim, excepted="use" if context.leaves_a_use(passage.sentence) else "other")
    if bound == "hedge":
        return replace(claim, hedged=True)
    own = bound == "background" and claim.mention.category.endswith("-background")
    return claim if own else replace(claim, restricted=RESTRICTED.get(bound, ""))
