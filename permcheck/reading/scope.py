"""A claim in its passage in, what it is about out: the app, one platform, the website, or a gadget's own parts."""

from __future__ import annotations

from typing import Literal, Protocol

from permcheck.model import Scope
from permcheck.reading import frames
from permcheck.reading.predicate import Actor
from permcheck.reading.segment import Passage
from permcheck.reading.sentence import Mention, Sentence

PLATFORMS: tuple[Literal["android", "ios"], ...] = ("android", "ios")
PHONE_SIDE = frozenset(
    {"notifications", "bluetooth", "local-network", "nfc", "nearby-interaction", "notification-access"}
)
"""Categories that a phone has with a gadget rather than a gadget for itself."""
HARDWARE = frozenset({"camera", "microphone", "storage", "nfc", "local-network", "bluetooth"})
GENITIVES = ("'s", "\u2019s", "s'", "s\u2019")
NEAR = 3


class Claimed(Protocol):
    """A claim, as far as its scope is asked for."""

    @property
    def mention(self) -> Mention:
        """What is named."""

    @property
    def actor(self) -> Actor:
        """Who does it."""


def scope_of(passage: Passage, claim: Claimed) -> Scope:
    """What a claim is about; the app unless its words or its frame narrow it."""
    platform = _platform(passage)
    if platform is not None:
        return platform
    if (
        (claim.actor == "device" and not _with_phone(passage.sentence, claim.mention))
        or _is_gadgets(passage.sentence, claim.mention)
        or _under_gadgets(passage, claim.mention)
    ):
        return "device"
    platform = _named_by(passage.sentence, claim.mention)
    if platform is not None:
        return platform
    return "website" if _website(passage) else "app"


def _platform(passage: Passage) -> Scope | None:
    columns = frames.platform_columns(passage)
    if columns:
        return next(iter(columns)) if len(columns) == 1 else None
    frame = passage.frame
    sources = [
        passage.sentence,
        frame.opening,
        frame.label,
        *([frame.lead_in] if passage.listed else []),
        *reversed(frame.headings),
    ]
    for source in sources:
        named: set[Scope] = {name for name in PLATFORMS if source.has(name)}
        if named:
            return next(iter(named)) if len(named) == 1 else None
    return None


def _named_by(sentence: Sentence, mention: Mention) -> Scope | None:
    """The platform by whose own words alone a thing is named ("Face ID")."""
    same = [one for one in sentence.mentions if one.category == mention.category]
    for platform, kind in (("ios", "ios_name"), ("android", "android_name")):
        names = sentence.of(kind)  # type: ignore[arg-type]
        if names and all(any(name.start <= one.start < name.end for name in names) for one in same):
            return "ios" if platform == "ios" else "android"
    return None


def _is_gadgets(sentence: Sentence, mention: Mention) -> bool:
    """Whether the thing is a part of a gadget or comes out of one."""
    if mention.category in PHONE_SIDE - HARDWARE or sentence.acts_at(mention.start):
        return False
    phone = sentence.has("phone")
    if not phone and sentence.ends_at(sentence.name(mention)[0], "its_own") is not None:
        return True
    for gadget in sentence.of("gadget"):
        text = sentence.words(gadget.start, gadget.end)
        behind = sentence.text[sentence.place(gadget.start, gadget.end)[1] :][:2]
        owns = behind in GENITIVES or text.endswith(GENITIVES) or _beside(sentence, gadget.end, mention.start)
        if owns and 0 <= mention.start - gadget.end <= NEAR:
            return True
        if phone or mention.category in PHONE_SIDE:
            continue
        if gadget.start <= mention.start and mention.end <= gadget.end:
            return True
        if (
            0 <= gadget.start - mention.end <= NEAR
            and sentence.within(mention.end, gadget.start, "belongs") is not None
        ):
            return True
    return False


def _under_gadgets(passage: Passage, mention: Mention) -> bool:
    """Whether section and sentence are both about gadgets, and neither about a phone."""
    heading, sentence = passage.frame.heading, passage.sentence
    if mention.category in PHONE_SIDE or not heading.has("gadget") or not sentence.has("gadget"):
        return False
    return not (heading.has("phone", "app_scope") or sentence.has("phone", "app_scope", "app"))


def _with_phone(sentence: Sentence, mention: Mention) -> bool:
    """Whether a gadget does something together with the phone ("the lock uses Bluetooth to talk to your phone")."""
    return mention.category in PHONE_SIDE and sentence.has("phone")


def _beside(sentence: Sentence, end: int, start: int) -> bool:
    return end == start and not sentence.gap(start).strip()


def _website(passage: Passage) -> bool:
    """Whether only a website is spoken of, in the sentence or by the nearest heading that names either."""
    if passage.sentence.has("app_scope", "phone", "app"):
        return False
    if passage.sentence.has("website"):
        return not any(heading.has("app_scope") for heading in passage.frame.headings)
    heading = passage.frame.heading
    return heading.has("website") and not heading.has("app_scope")
