"""The shape of the mappings: one frozen class per kind of file; the field names are the keys in the TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from permcheck.knowledge.cue import CueKind
from permcheck.knowledge.terms import (
    Address,
    CategoryRef,
    CheckName,
    Day,
    FactText,
    Id,
    LanguageCode,
    Phrase,
    RuleId,
    SignalKind,
    Source,
    Text,
)
from permcheck.model import Area, Confidence, Platform, Severity, Stance, Verdict

ExampleStance = Literal[Stance, "silent"]
SdkKind = Literal[
    "ads", "ai", "analytics", "attribution", "backend", "biometrics", "camera", "consent", "crash", "framework",
    "health", "identifier", "identity", "iot", "library", "location", "location-broker", "login", "maps",
    "media", "messaging", "network", "payment", "proximity", "push", "security", "social", "support", "video",
    "voice",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signal:
    """One platform name that belongs to a category.

    ``key`` may end in ``*`` (prefix). ``asks`` is false for what only supports (a linked framework, an API call):
    such a fact never makes a category asked for. ``unless`` names a fact condition that voids the signal
    (``neverForLocation``); ``needs`` lists further keys that must stand in the same binary for ``confidence``.
    """

    platform: Platform
    """The platform that has the name."""
    kind: SignalKind
    """What the name is."""
    key: Text
    """The platform's own name; it may end in ``*``."""
    source: Source
    """Where the platform or vendor documents it."""
    asks: bool = True
    """Whether it asks for the category; false for what only shows use."""
    confidence: Confidence = "high"
    """How surely it speaks of the category."""
    unless: str = ""
    """A condition of the fact that voids the signal."""
    needs: tuple[str, ...] = ()
    """Further keys that must stand in the same binary."""
    note: str = ""
    """For whoever reads the file."""
    permissions: tuple[str, ...] = ()
    """Android code: the permissions of which the platform wants one; of high confidence where it always does."""
    until: int = 0
    """The last API level on which the platform wants the permissions; 0 where it still does."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """How one language names a category in running text.

    ``clear`` names it, ``vague`` only points at it, ``veto`` are look-alikes: text inside a veto match is no mention.
    """

    clear: tuple[Phrase, ...] = ()
    """Phrases that name it."""
    vague: tuple[Phrase, ...] = ()
    """Phrases that only point at it."""
    veto: tuple[Phrase, ...] = ()
    """Look-alikes: what stands inside one is no mention."""
    label: tuple[Phrase, ...] = ()
    """Words too common to name it in running text that do so as a label: a table's first cell, "Storage: ..."."""
    purpose: tuple[Phrase, ...] = ()
    """Words of the purposes that usually and honestly explain the permission."""
    product: tuple[Phrase, ...] = ()
    """Words that name a part of the phone and, where a vendor sells one, a product ("camera")."""


@dataclass(frozen=True, slots=True)
class PolicyExample:
    """A sentence of ours and the stance that it must get; ``silent`` means no disclosure of the category."""

    text: Text
    """The sentence."""
    stance: ExampleStance
    """How it must be read."""


@dataclass(frozen=True, slots=True)
class Category:
    """``mappings/categories/<id>.toml``."""

    id: Id
    """The name that rules, reports and waivers use; the file has the same."""
    title: Text
    """The name that people read."""
    meaning: Text
    """What can be reached, in one sentence."""
    order: int = 500
    """Its place in the matrix, from the top."""
    play: tuple[str, ...] = ()
    """Data types of Google Play's Data safety form, without ``PSL_``."""
    apple: tuple[str, ...] = ()
    """Data types of Apple's privacy manifest, without ``NSPrivacyCollectedDataType``."""
    judged: bool = True
    """False for what reaches no personal data, so that no policy has to speak of it."""
    gated: tuple[Platform, ...] = ()
    """Platforms on which nothing of the category is reached without an asking signal."""
    parent: CategoryRef = ""
    """The broader category whose disclosure is only vague evidence for this one."""
    covered_by: tuple[CategoryRef, ...] = ()
    """Categories whose disclosure tells this one too (precise location tells the approximate)."""
    outbound: bool = False
    """True for what goes to the reader, so that sending it is the deed itself and no sharing."""
    signals: tuple[Signal, ...] = field(default=(), metadata={"key": "signal"})
    """The platforms' names that belong to it."""
    phrases: Mapping[LanguageCode, Phrases] = field(default_factory=dict, metadata={"key": "phrase"})
    """How a language names it."""
    examples: Mapping[LanguageCode, tuple[PolicyExample, ...]] = field(
        default_factory=dict, metadata={"key": "example"}
    )
    """Sentences per language, and how they must be read."""
    drafts: Mapping[LanguageCode, str] = field(default_factory=dict, metadata={"key": "draft"})
    """A clause per language for a gap; its open points are placeholders."""


@dataclass(frozen=True, slots=True)
class RuleExample:
    """A whole small case: what the app says, what the policy says, and the subjects that the rule must find."""

    finds: tuple[str, ...]
    """The subjects that the rule must find; empty where it must stay silent."""
    platform: Platform = "android"
    """The platform of the app."""
    facts: tuple[FactText, ...] = ()
    """``kind:key`` or ``kind:key=value``; a bare key is a permission (Android) or purpose string (iOS)."""
    policy: str = ""
    """The text of the policy."""
    policies: tuple[str, ...] = ()
    """The texts of several policies."""
    excerpt: str = ""
    """A policy of which only this much could be read."""
    bundled: str = ""
    """A policy that the bundle carries."""
    unread: tuple[str, ...] = ()
    """Inputs that were lost, as ``path: reason``."""
    unread_parts: tuple[str, ...] = ()
    """Parts that could not be read, as ``path: reason``."""
    declared: tuple[str, ...] = ()
    """What a store declaration says, as ``source category``; ``source !category`` where it says that there is none."""
    waivers: tuple[str, ...] = ()
    """Waivers of the case, as ``rule subject expires``."""
    format: str = ""
    """What the policy was written in (``pdf``, ``html``), where the rule asks for that."""
    note: str = ""
    """Why the example is there."""


@dataclass(frozen=True, slots=True)
class MappingTest:
    """One ``[[test]]`` in ``tests/<name>.toml`` of a company's mappings: a whole small case and what must come out."""

    name: Text
    """What it shows."""
    platform: Platform = "android"
    """The platform of the app."""
    facts: tuple[FactText, ...] = ()
    """What the app says, as in the examples of rules."""
    policy: str = ""
    """The text of the policy."""
    verdicts: Mapping[CategoryRef, Verdict] = field(default_factory=dict)
    """Category to the verdict that it must get."""
    finds: tuple[str, ...] = ()
    """Findings that must be there, as ``rule subject``."""
    finds_not: tuple[str, ...] = ()
    """Findings that must not be there, as ``rule`` or ``rule subject``."""


@dataclass(frozen=True, slots=True)
class Tests:
    """``tests/<name>.toml`` of a company's mappings."""

    tests: tuple[MappingTest, ...] = field(default=(), metadata={"key": "test"})
    """The cases of this file."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``mappings/rules/<id>.toml``; ``with`` holds the parameters of its check."""

    id: RuleId
    """Never used again for another rule; the file has the same name."""
    name: Id
    """An alias in words."""
    title: Text
    """What it finds, in one sentence."""
    check: CheckName
    """The question in code that it asks."""
    severity: Severity
    """How much a finding weighs."""
    message: Text
    """What a finding says; it may name the words of its check in braces."""
    why: Text
    """Why it matters, for whoever decides."""
    fix: Text
    """What to do, for whoever edits policy or app."""
    references: tuple[Source, ...]
    """Law, store rules or documentation behind it."""
    confidence: Confidence = "high"
    """How sure a finding is, at most."""
    area: Area = "policy"
    """Where a finding of the rule is fixed."""
    change: str = ""
    """The fix in a few words; rules with the same words are cleared by one change."""
    checked: Day = ""
    """The day on which somebody last compared the rule with its references."""
    params: Mapping[str, Any] = field(default_factory=dict, metadata={"key": "with"})
    """The parameters of its check."""
    examples: tuple[RuleExample, ...] = field(default=(), metadata={"key": "example"})
    """At least one that it finds and one that it passes."""


@dataclass(frozen=True, slots=True)
class Sdk:
    """``mappings/sdks/<id>.toml``: how an SDK is recognised and where its own disclosure stands."""

    id: Id
    """The name that facts use; the file has the same."""
    name: Text
    """The name that people know."""
    vendor: Text
    """Who publishes it."""
    kind: SdkKind
    """What it is for."""
    source: Address
    """Where it is documented."""
    policy: Address = ""
    """Address of its privacy policy."""
    disclosure: Address = ""
    """Address of what it publishes for the stores' data forms, where there is such a page."""
    categories: tuple[CategoryRef, ...] = ()
    """What it is known to collect by that disclosure."""
    packages: tuple[str, ...] = ()
    """Android code packages, dotted, matched as prefixes."""
    classes: tuple[str, ...] = ()
    """Objective-C class prefixes that are its alone."""
    frameworks: tuple[str, ...] = ()
    """iOS framework or resource bundle names without suffix."""
    libraries: tuple[str, ...] = ()
    """Native library names (``libfoo.so``)."""
    metadata: tuple[str, ...] = ()
    """Manifest meta-data keys."""
    assets: tuple[str, ...] = ()
    """Files that it puts into a bundle."""
    artifacts: tuple[str, ...] = ()
    """Maven names, ``group:artifact``, of the libraries that are it."""
    anchors: tuple[str, ...] = ()
    """Android classes without which its packages are only stubs of it."""
    verified: str = ""
    """The date on which its marks were confirmed, and by what: ``2026-12-01 classes of an app that carries it``."""
    markers: tuple[str, ...] = ()
    """Names of the frameworks that files of a bundle give away (``framework-marker`` facts)."""
    apple_listed: bool = False
    """On Apple's list of SDKs that need a privacy manifest and a signature."""
    note: str = ""
    """For whoever reads the file."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a script or a grammar changes in how a sentence is read; the defaults are those of English."""

    order: Literal["verb-medial", "verb-second", "verb-final"] = "verb-medial"
    """Where a verb stands to its object: before it, on either side of it, or behind it."""
    negation_behind: bool = False
    """Whether what negates a verb may also stand behind it."""
    names_have_capitals: bool = False
    """Whether a capital inside a sentence means a name."""
    topic_first: bool = False
    """Whether the thing spoken of may open a clause without a passive ("your location we do not read")."""
    participles: tuple[str, ...] = ()
    """Forms of a verb that may describe a noun without a form of "to be"; ``-ed`` stands for an ending."""
    progressive: tuple[str, ...] = ()
    """Endings of the form that a verb has in "is reading"."""
    finite: tuple[str, ...] = ()
    """Endings by which a verb that opens a sentence is seen to be no order ("Reads your contacts")."""
    adverbs: tuple[str, ...] = ()
    """Endings of adverbs, and adverbs without such an ending."""
    first_person: tuple[str, ...] = ()
    """Endings of a verb by which "we" is the subject without a word for it."""
    subject_marks: tuple[str, ...] = ()
    """What stands right behind a subject, where a language marks it."""
    commas: str = ","
    """Signs that part clauses as well as the items of a list."""
    glue: tuple[str, ...] = ()
    """Joining words before which a space is often lost."""
    question_words: tuple[str, ...] = ()
    """What may end a question in place of a question mark."""


@dataclass(frozen=True, slots=True)
class Language:
    """``mappings/languages/<code>.toml``: the cues that say who does what, and whether, when and why."""

    code: str
    """The two or three letters that documents use; the file has the same name."""
    title: str
    """Its own name."""
    grammar: Grammar = field(default_factory=Grammar)
    """What its script and its grammar change in how a sentence is read."""
    cues: Mapping[CueKind, tuple[str, ...]] = field(default_factory=dict, metadata={"key": "cue"})
    """Kind of cue to the phrases that are cues of it."""
    needless: tuple[CueKind, ...] = ()
    """Kinds of cue that this language has no need of."""
