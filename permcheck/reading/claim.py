"""What a mention ends as: a `Claim`, or `Rejected` with one of the reasons that a report prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from permcheck.knowledge.cue import CueKind
from permcheck.model import Action, Scope
from permcheck.reading.predicate import Actor, Predicate
from permcheck.reading.sentence import Mention

Polarity = Literal["told", "denied"]
Modality = Literal["actual", "by-choice", "possible"]
Reason = Literal[
    "another-actor", "generic", "readers-own-act", "past", "planned", "hypothetical", "advice", "reported", "example",
    "definition", "not-this-object", "elsewhere", "children", "no-claim", "own-content", "device-only", "general-words",
    "owner-only",
]  # fmt: skip
REASONS: dict[Reason, str] = {
    "another-actor": "it speaks of what somebody else does",
    "generic": "it speaks of apps or companies in general",
    "readers-own-act": "it speaks of what the reader does or must not do",
    "past": "it speaks of what was done once",
    "planned": "it speaks of what is only planned",
    "hypothetical": "it speaks of what might happen, not of what is done",
    "advice": "it gives advice to the reader",
    "reported": "it only asks or reports whether it is done",
    "example": "it names it only as an example of something else",
    "definition": "it only says what a term means",
    "not-this-object": "what it denies is another thing than this",
    "elsewhere": "it speaks of people elsewhere, not of users of the app",
    "children": "it speaks of children only",
    "no-claim": "it names it, but does not say that the app uses it",
    "own-content": "it speaks of content, not of the phone's own data",
    "device-only": "it speaks of a smart device, not of the phone",
    "general-words": "what it denies is only named in general words",
    "owner-only": "the word only says whose something else is, or who does something",
}
ACTIONS: dict[CueKind, Action] = {
    "request": "access", "access": "access", "write": "use", "collect": "collect", "store": "store", "use": "use",
    "share": "share", "sell": "sell", "function": "use", "need": "access", "occur": "use", "leave": "collect",
    "stay": "use", "include": "collect",
}  # fmt: skip
"""What the public record says is done."""


@dataclass(frozen=True)
class Claim:
    """What one clause says of one mention, every part of it recognised unless ``unclear`` says otherwise."""

    mention: Mention
    act: CueKind
    actor: Actor
    polarity: Polarity = "told"
    modality: Modality = "actual"
    scope: Scope = "app"
    predicate: Predicate | None = None
    party: str = ""
    """The words that name another company that does it."""
    party_words: str = ""
    """The words of a subject that is not known."""
    hedged: bool = False
    restricted: Literal["", "purpose", "part", "other", "variant"] = ""
    """What a denial leaves open: only one purpose, only a part, only others of the kind, only one version."""
    excepted: Literal["", "consent", "use", "other"] = ""
    """With what exception it is denied."""
    earned_by: str = ""
    """How it was recognised, in a few words."""
    unclear: str = ""
    """What was not recognised."""
    placeholder: bool = False

    @property
    def action(self) -> Action:
        """What is done, in the words of the public record."""
        return "access" if self.actor == "reader" else ACTIONS[self.act]


@dataclass(frozen=True)
class Rejected:
    """A mention that makes no claim, and why; ``cue`` are the words that decided."""

    mention: Mention
    reason: Reason
    cue: str = ""


Outcome = Claim | Rejected
