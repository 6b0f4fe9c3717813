"""What a rule may say under ``[with]``: the parameters of each check, declared once for loader, editors and docs."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from permcheck.knowledge.terms import CategoryRef, Expression, FactPattern, LanguageKey, RuleRef, Text
from permcheck.model import Confidence, Platform, Verdict

Patterns = Mapping[LanguageKey, tuple[Expression, ...]]
Words = Mapping[LanguageKey, tuple[str, ...]]
Declared = Literal["data-safety", "privacy-manifest"]


@dataclass(frozen=True, slots=True)
class NoParameters:
    """The check has no parameters."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Find the cells of the matrix that have a verdict."""

    verdict: Verdict
    """The verdict of the cells that are findings."""
    categories: tuple[CategoryRef, ...] = ()
    """Only these categories."""
    not_categories: tuple[CategoryRef, ...] = ()
    """All categories but these."""
    not_on: Mapping[Platform, tuple[CategoryRef, ...]] = field(default_factory=dict)
    """Platform to the categories that another rule asks of there."""
    disputed: bool = False
    """Only cells that some sentence denies."""
    alone: bool = False
    """Cells of a policy that is read without an app, in place of those of apps."""
    draft: bool = False
    """Offer the category's draft clause."""


@dataclass(frozen=True, slots=True)
class Consistency:
    """Find store declarations that do not fit the app or the policy."""

    source: Declared
    """Which declaration."""
    declared: bool
    """Whether the category is declared there."""
    asked: bool | None = None
    """Whether an app asks for the category; left out, that is no question."""
    policy: Literal["told", "denied", "silent"] | None = None
    """What the policy says; left out, that is no question."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Find what could not be read or judged."""

    fatal: bool
    """True for lost inputs, false for parts that could not be read."""
    reason: str = ""
    """Only gaps whose reason begins so; they are left to this rule."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One question of the check ``pairing``; what it leaves out is taken from ``[with]``."""

    when: tuple[FactPattern, ...] = ()
    """Any of them starts the question."""
    without: tuple[FactPattern, ...] = ()
    """One of them in the scope is the other half, and there is nothing to find."""
    and_: tuple[FactPattern, ...] = field(default=(), metadata={"key": "and"})
    """Any of them must be in the scope too."""
    beside: tuple[FactPattern, ...] = ()
    """Any of them must be in the same file too."""
    apart: tuple[FactPattern, ...] = ()
    """A file that one of them speaks of does not count."""
    unless: tuple[FactPattern, ...] = ()
    """One of them anywhere in the app ends the question."""
    platform: Platform | None = None
    """Only apps of this platform."""
    scope: Literal["part", "app"] = "part"
    """Each part of the bundle by itself, or the whole bundle."""
    skip: tuple[str, ...] = ()
    """Conditions: a fact that carries one counts as absent."""
    only: tuple[str, ...] = ()
    """Conditions: a fact counts only when it carries one."""
    roles: tuple[Literal["app", "appex", "framework", "apk"], ...] = ()
    """Only parts of these kinds."""
    subject: str = ""
    """What the finding speaks of; by default the key that started the question."""
    missing: str = ""
    """What is missing, in words; by default the first key of ``without``."""
    category: CategoryRef = ""
    """The category that the finding belongs to."""
    confidence: Confidence = "high"
    """Of this question, at most that of the rule."""
    pair: tuple[Pair, ...] = ()
    """Several questions, one a table."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One question of the check ``presence``; what it leaves out is taken from ``[with]``."""

    when: tuple[FactPattern, ...] = ()
    """Any of them starts the question."""
    and_: tuple[FactPattern, ...] = field(default=(), metadata={"key": "and"})
    """Any of them must be there too."""
    without: tuple[FactPattern, ...] = ()
    """One of them answers the question."""
    platform: Platform | None = None
    """Only apps of this platform."""
    skip: tuple[str, ...] = ()
    """Conditions: a fact that carries one counts as absent."""
    target: tuple[int, ...] = ()
    """Lowest and highest target SDK for which the duty stands."""
    category: CategoryRef = ""
    """The category that the finding belongs to."""
    verdicts: tuple[Verdict, ...] = ()
    """Only where the policies' verdict on ``category`` is one of these."""
    conditions: tuple[str, ...] = ()
    """Words, one of which a condition of the fact must begin with."""
    subject: str = ""
    """What the finding speaks of; without it there is one finding for each key."""
    case: tuple[Duty, ...] = ()
    """Several questions, one a table."""


@dataclass(frozen=True, slots=True)
class PolicyText:
    """Ask of every policy whether it says what any policy must say."""

    subject: Text
    """What the finding speaks of."""
    question: Literal["says", "date", "format", "contacts", "domain", "app", "signer", "vendor"] = "says"
    """What is asked; ``says``: one of the patterns must stand somewhere in the text."""
    patterns: Patterns = field(default_factory=dict)
    """Any of them answers the question."""
    weak: Patterns = field(default_factory=dict)
    """Further ones, which answer only in a sentence without a pattern of ``unless``."""
    after: Patterns = field(default_factory=dict)
    """Where a date is asked for: further ones, which answer when they stand right behind one."""
    unless: Patterns = field(default_factory=dict)
    """A sentence in which one stands is passed over."""
    links: Patterns = field(default_factory=dict)
    """Further ones, which answer when they stand in the text of a link."""
    when: tuple[Patterns, ...] = ()
    """Each table must be found outside ``unless``, or the question is not asked."""
    like: RuleRef = ""
    """The rule whose tables of patterns this one shares."""
    fault: Literal["missing", "impossible", "future"] | None = None
    """What is wrong with a date."""
    formats: tuple[Literal["pdf", "html", "text", "markdown", "docx", "rtf"], ...] = ()
    """Formats of a policy that are findings."""
    platform: Platform | None = None
    """Only with an app of this platform, or without an app."""
    free: tuple[str, ...] = ()
    """Hosts at which anybody has a mailbox."""
    nobody: tuple[str, ...] = ()
    """Names of certificates that stand for nobody."""
    makers: tuple[str, ...] = ()
    """Names of one platform, a platform each; ``{maker}`` in a pattern stands for any of them."""
    about: Expression = ""
    """What the title of a policy holds."""
    titles: tuple[Expression, ...] = ()
    """What the titles of policies consist of besides names."""
    named: Patterns = field(default_factory=dict)
    """What names the app, as group 1."""
    other: bool = False
    """With ``app``: the policy is about another app."""


@dataclass(frozen=True, slots=True)
class PrivacyManifest:
    """Hold Apple privacy manifests against Apple's tables and the code beside them."""

    test: Literal["shape", "category", "reason", "domains", "required", "listed"]
    """Which test."""
    values: Mapping[Literal["data-type", "purpose"], tuple[str, ...]] = field(default_factory=dict)
    """The values that Apple lists."""
    doubtful: tuple[str, ...] = ()
    """Breaks that Apple has been seen to let pass."""
    codes: Mapping[Literal["root", "nested"], str] = field(default_factory=dict)
    """The code of Apple's mail, for the app's own manifest and any other."""
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """API category to the reasons that Apple lists for it."""
    apis: Mapping[str, tuple[FactPattern, ...]] = field(default_factory=dict)
    """API category to what code touches of it."""
    as_of: str = field(default="", metadata={"key": "as-of"})
    """The month of Apple's list."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """Find disclosures whose purpose is missing or does not explain the permission."""

    fault: Literal["untold", "unusual"]
    """What is wrong."""
    openers: Patterns = field(default_factory=dict)
    """What opens a purpose without doubt."""
    empty: Patterns = field(default_factory=dict)
    """What says nothing as a purpose."""


@dataclass(frozen=True, slots=True)
class PurposeStrings:
    """Find purpose strings that App Review would send back."""

    test: Literal["empty", "pattern", "resource", "other", "same", "short", "locales"]
    """Which test."""
    patterns: Patterns = field(default_factory=dict)
    """Any of them is found in the text."""
    filler: Words = field(default_factory=dict)
    """Words that say nothing."""
    resources: Mapping[LanguageKey, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Language, resource and the words for it."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Key of the purpose string to its resource."""
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Resource to those that its text may name alone."""
    together: tuple[tuple[str, ...], ...] = ()
    """Keys that may share a text."""
    pairs: tuple[tuple[str, ...], ...] = ()
    """Keys for which sharing a text is only a note."""
    words: int = 0
    """Fewer words than this are too short."""
    languages: tuple[LanguageKey, ...] = ()
    """Languages that put spaces between words."""
    characters: int = 0
    """Fewer characters than this are too short in other languages."""
    words_of: RuleRef = ""
    """The rule that holds ``resources`` and ``keys``."""


@dataclass(frozen=True, slots=True)
class Triage:
    """Find waivers that no longer do what they were written for."""

    status: Literal["expired", "unused", "wide"]
    """What is wrong with the waiver."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Find what a policy says otherwise to a machine than to a reader."""

    question: Literal["hidden", "letters", "direction"]
    """What is asked."""
    mark: Literal["override", "embedding"] | None = None
    """With ``direction``: the kind of control."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Ask whether the code of an Android app uses what its permissions guard."""

    question: Literal["unused", "unguarded", "sdk-only", "cannot-tell", "unread-health", "untyped-service"]
    """What is asked."""
    behalf: tuple[str, ...] = ()
    """Kinds of SDK that act for the app."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One check as rules see it: its parameters, what its message may name, and what a choice makes necessary."""

    parameters: type[Any] | str
    fields: tuple[str, ...]
    choice: str = ""
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shared: str = ""
    """The parameter that names a rule from which needed ones may be taken."""
    tables: str = ""
    """The parameter with further questions, each of which needs ``when`` unless ``[with]`` has it."""

    @property
    def schema(self) -> type[Any]:
        """The class that declares the parameters."""
        if isinstance(self.parameters, str):
            module, _, name = self.parameters.partition(":")
            found: type[Any] = getattr(importlib.import_module(module), name)
            return found
        return self.parameters


_APP_WORDS = ("subject", "found", "value", "missing", "part", "file", "binary")
CHECKS: Mapping[str, Declaration] = {
    "bundled": Declaration(NoParameters, ("path",)),
    "consistency": Declaration(Consistency, ("category", "evidence", "declaration")),
    "coverage": Declaration(Coverage, ("category", "evidence", "why")),
    "gaps": Declaration(Gaps, ("where", "reason")),
    "pairing": Declaration(Pair, _APP_WORDS, tables="pair"),
    "placeholders": Declaration("permcheck.placeholders.rules:Search", ("text", "places", "hangs")),
    "policy_text": Declaration(
        PolicyText,
        ("document", "found", "app"),
        "question",
        {
            "says": ("patterns|weak|links",),
            "date": ("fault", "patterns"),
            "format": ("formats", "platform"),
            "contacts": ("patterns", "unless", "free"),
            "domain": ("free", "patterns", "unless"),
            "app": ("about", "titles", "named"),
            "signer": ("nobody",),
            "vendor": ("makers", "patterns"),
        },
        shared="like",
    ),
    "presence": Declaration(Duty, ("subject", "found", "value", "category", "condition", "target"), tables="case"),
    "privacy-manifest": Declaration(
        PrivacyManifest,
        ("subject", "what", "part", "code", "category", "file"),
        "test",
        {
            "shape": ("values",),
            "category": ("reasons",),
            "reason": ("reasons",),
            "required": ("apis",),
            "listed": ("as-of",),
        },
    ),
    "purpose": Declaration(Purpose, ("category", "purpose"), "fault", {"unusual": ("openers|empty",)}),
    "purpose-strings": Declaration(
        PurposeStrings,
        ("subject", "text", "language", "other", "part"),
        "test",
        {
            "pattern": ("patterns",),
            "resource": ("filler", "resources"),
            "other": ("resources", "keys", "related"),
            "same": ("together", "pairs"),
            "short": ("words", "languages", "characters"),
        },
        shared="words_of",
    ),
    "sdk_disclosure": Declaration(NoParameters, ("sdk", "vendor", "categories", "disclosure")),
    "triage": Declaration(Triage, ("subject", "owner", "expires", "reason")),
    "unseen": Declaration(
        Unseen, ("document", "category", "how", "quote", "word"), "question", {"direction": ("mark",)}
    ),
    "usage": Declaration(Usage, ("permission", "callers", "names", "sdks", "wanted", "why", "service"), "question"),
}
"""Every check that comes with permcheck."""
