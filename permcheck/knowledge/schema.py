"""The shape of the mappings: one frozen class per kind of file; the field names are the keys in the TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from permcheck.model import Area, Confidence, Platform, Severity, Stance


@dataclass(frozen=True, slots=True)
class Signal:
    """One platform name that belongs to a category.

    ``key`` may end in ``*`` (prefix). ``asks`` is false for what only supports (a linked framework, an API call):
    such a fact never makes a category asked for. ``unless`` names a fact condition that voids the signal
    (``neverForLocation``); ``needs`` lists further keys that must stand in the same binary for ``confidence``.
    """

    platform: Platform
    kind: str
    key: str
    source: str
    asks: bool = True
    confidence: Confidence = "high"
    unless: str = ""
    needs: tuple[str, ...] = ()
    note: str = ""
    permissions: tuple[str, ...] = ()
    """Android code: the permissions of which the platform wants one; of high confidence where it always does."""
    until: int = 0
    """The last API level on which the platform wants the permissions; 0 where it still does."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """How one language names a category in running text.

    ``clear`` names it, ``vague`` only points at it, ``veto`` are look-alikes: text inside a veto match is no mention.
    """

    clear: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()
    veto: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    """Words too common to name it in running text that do so as a label: a table's first cell, "Storage: ..."."""
    purpose: tuple[str, ...] = ()
    """Words of the purposes that usually and honestly explain the permission."""
    product: tuple[str, ...] = ()
    """Words that name a part of the phone and, where a vendor sells one, a product ("camera")."""


@dataclass(frozen=True, slots=True)
class PolicyExample:
    """A sentence of ours and the stance that it must get; ``silent`` means no disclosure of the category."""

    text: str
    stance: Stance | str


@dataclass(frozen=True, slots=True)
class Category:
    """``mappings/categories/<id>.toml``."""

    id: str
    title: str
    meaning: str
    order: int = 500
    play: tuple[str, ...] = ()
    """Data types of Google Play's Data safety form, without ``PSL_``."""
    apple: tuple[str, ...] = ()
    """Data types of Apple's privacy manifest, without ``NSPrivacyCollectedDataType``."""
    judged: bool = True
    """False for what reaches no personal data, so that no policy has to speak of it."""
    gated: tuple[Platform, ...] = ()
    """Platforms on which nothing of the category is reached without an asking signal."""
    parent: str = ""
    """The broader category whose disclosure is only vague evidence for this one."""
    covered_by: tuple[str, ...] = ()
    """Categories whose disclosure tells this one too (precise location tells the approximate)."""
    outbound: bool = False
    """True for what goes to the reader, so that sending it is the deed itself and no sharing."""
    signals: tuple[Signal, ...] = field(default=(), metadata={"key": "signal"})
    phrases: Mapping[str, Phrases] = field(default_factory=dict, metadata={"key": "phrase"})
    examples: Mapping[str, tuple[PolicyExample, ...]] = field(default_factory=dict, metadata={"key": "example"})
    drafts: Mapping[str, str] = field(default_factory=dict, metadata={"key": "draft"})
    """A clause per language for a gap; its open points are placeholders."""


@dataclass(frozen=True, slots=True)
class RuleExample:
    """A whole small case: what the app says, what the policy says, and the subjects that the rule must find."""

    finds: tuple[str, ...]
    platform: Platform = "android"
    facts: tuple[str, ...] = ()
    """``kind:key`` or ``kind:key=value``; a bare key is a permission (Android) or purpose string (iOS)."""
    policy: str = ""
    policies: tuple[str, ...] = ()
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


@dataclass(frozen=True, slots=True)
class Rule:
    """``mappings/rules/<id>.toml``; ``with`` holds the parameters of its check."""

    id: str
    name: str
    title: str
    check: str
    severity: Severity
    message: str
    why: str
    fix: str
    references: tuple[str, ...]
    confidence: Confidence = "high"
    area: Area = "policy"
    """Where a finding of the rule is fixed."""
    change: str = ""
    """The fix in a few words; rules with the same words are cleared by one change."""
    checked: str = ""
    """The day (ISO) on which ``why`` was last compared with the sources."""
    params: Mapping[str, Any] = field(default_factory=dict, metadata={"key": "with"})
    examples: tuple[RuleExample, ...] = field(default=(), metadata={"key": "example"})


@dataclass(frozen=True, slots=True)
class Sdk:
    """``mappings/sdks/<id>.toml``: how an SDK is recognised and where its own disclosure stands."""

    id: str
    name: str
    vendor: str
    kind: str
    source: str
    policy: str = ""
    """Address of its privacy policy."""
    disclosure: str = ""
    """Address of what it publishes for the stores' data forms, where there is such a page."""
    categories: tuple[str, ...] = ()
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


@dataclass(frozen=True, slots=True)
class Language:
    """``mappings/languages/<code>.toml``: the small words that carry stance, scope and structure."""

    code: str
    title: str
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needless: tuple[str, ...] = ()
    """Classes of English words that this language has no need of."""
