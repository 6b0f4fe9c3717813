"""Every type that crosses a layer: frozen, slotted, made of tuples; this module imports nothing of ours."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Platform = Literal["android", "ios"]
Severity = Literal["error", "warning", "note"]
Confidence = Literal["high", "medium", "low"]
Region = Literal["main", "nav", "header", "footer", "dialog", "hidden", "comment"]
BlockKind = Literal["heading", "paragraph", "item", "row", "preformatted"]
Source = Literal["policy", "data-safety", "privacy-manifest"]
Owner = Literal["", "own", "sdk", "framework", "unknown"]
Party = Literal["first", "third"]
Action = Literal["access", "collect", "store", "use", "share", "sell"]
Mark = Literal["data", "deed", "case"]
Visibility = Literal["visible", "on-demand", "hidden"]
"""Seen at once, seen after a click (a closed panel whose control is on the page), or not seen by anybody."""
Scope = Literal["app", "website", "android", "ios", "device"]
Stance = Literal[
    "disclosed", "vague", "denied", "denied-except", "conditional", "hedged", "purpose-scoped", "placeholder"
]
Verdict = Literal[
    "disclosed", "vague", "contradicted", "denied", "placeholder-only", "silent", "unsupported", "not-checked"
]

Area = Literal["policy", "completeness", "bundle", "store", "run"]
"""Where a finding is fixed: the policy's text, a topic that any policy must cover, the app bundle, a store form, or
the run itself (inputs, waivers)."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""Worst first."""
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")
"""Surest first."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file as the user has it: lines 1-based, columns 0-based, the end exclusive.

    ``page`` (1-based) stands for PDF, where ``line`` and ``column`` count within the page's extracted text.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    page: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Where something stands: ``path`` is relative to where the run was started.

    A member of a bundle follows ``!/`` (``base.apk!/AndroidManifest.xml``); ``anchor`` is the element, plist key,
    method or heading there.
    """

    path: str
    anchor: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """One thing that a bundle says about itself; ``key`` is the platform's own name for it.

    ``condition`` narrows it in the platform's words (``maxSdkVersion=30``, ``neverForLocation``, ``implied by ...``);
    ``origin`` is the SDK, module or split that brings it, where known; ``confidence`` is that of *use* evidence.
    """

    kind: str
    key: str
    value: str = ""
    location: Location = field(default_factory=lambda: Location(""))
    origin: str = ""
    condition: tuple[str, ...] = ()
    confidence: Confidence = "high"
    code_owner: Owner = ""
    """Whose the class is that a fact of code names: empty for all other facts."""

    @property
    def is_dead(self) -> bool:
        """Whether the platform can never grant what the fact asks for (a ``maxSdkVersion`` below the minimum)."""
        return any(condition.startswith("dead") for condition in self.condition)


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something that was not read or not judged, and why; it is never the same as "nothing there".

    ``fatal`` says that a whole input is lost, which makes the run incomplete; ``silences`` that any disclosure could
    stand in what was not read, so that finding none proves nothing.
    """

    location: Location
    reason: str
    fatal: bool = False
    silences: bool = False


@dataclass(frozen=True, slots=True)
class AppFacts:
    """All that one bundle says; the unit that is stored and judged again later without the bundle.

    ``sha256`` is the file's (for a directory: of its sorted member names and contents); ``api_digest`` names the
    set of API names that were looked for.
    """

    path: str
    platform: Platform
    app_id: str
    name: str
    version: str
    sha256: str
    facts: tuple[Fact, ...] = ()
    gaps: tuple[Gap, ...] = ()
    api_digest: str = ""
    placeholders: tuple[Placeholder, ...] = ()
    """Template text left in the app's own strings; judged after reading, so it is not stored with the facts."""

    def values(self, kind: str, key: str | None = None) -> tuple[str, ...]:
        """The values of all facts of one kind (and key)."""
        return tuple(f.value for f in self.facts if f.kind == kind and key in (None, f.key))


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item or table row: de-wrapped text with a map back to the file.

    ``origins`` holds ``(offset in text, line, column, page)``, ascending by offset: from that offset on, characters
    stand side by side at that place until the next entry. ``heading`` is the path of headings above; ``level`` the
    list depth (0 outside lists) or the heading's level; ``label`` the item's own mark (``"1)"``, ``"a."``, ``"·"``).
    """

    text: str
    origins: tuple[tuple[int, int, int, int | None], ...]
    kind: BlockKind = "paragraph"
    heading: tuple[str, ...] = ()
    level: int = 0
    label: str = ""
    region: Region = "main"
    language: str = ""
    marks: tuple[tuple[int, int, str], ...] = ()
    """Native marks of the format over ``text[start:end]``: ``content-control``, ``merge-field``, ``highlight``,
    ``comment``, ``insertion``, ``link``."""
    visibility: Visibility = "visible"
    hidden_by: str = ""
    """How a hidden block is kept from the reader (``"colour like its ground"``), empty for one that is seen."""
    unseen: tuple[tuple[int, str, str], ...] = ()
    """Hidden words inside a block that is seen: ``(offset in text, the words, how they are hidden)``."""
    breaks: tuple[int, ...] = ()
    """Offsets at which a line begins as the reader sees it; white space of the source is none."""
    original: str = ""
    """``text`` with its letters as they are written, character for character, where folding changed any."""

    def quote(self, start: int, end: int) -> str:
        """``text[start:end]`` in the letters of the file, for people to read."""
        return (self.original or self.text)[start:end]

    def as_written(self) -> str:
        """The text with the hidden words in their places, as it would read if nothing were hidden."""
        parts, done = [], 0
        for offset, words, _ in self.unseen:
            parts += [self.text[done:offset].strip(), words]
            done = offset
        return " ".join(filter(None, [*parts, self.text[done:].strip()]))

    def span(self, start: int, end: int) -> Span:
        """The place of ``text[start:end]`` in the file."""
        line, column, page = self._place(start)
        last_line, last_column, _ = self._place(max(start, end - 1))
        return Span(line, column, last_line, last_column + (1 if end > start else 0), page)

    def _place(self, offset: int) -> tuple[int, int, int | None]:
        at = max(0, bisect_right(self.origins, offset, key=lambda entry: entry[0]) - 1)
        start, line, column, page = self.origins[at]
        return line, column + offset - start, page


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a browser showed and when; ``text`` and ``picture`` are files beside the report, ``digest`` the text's."""

    address: str
    seen: str
    browser: str
    digest: str
    text: str
    picture: str


@dataclass(frozen=True, slots=True)
class Document:
    """A policy after its format is gone; ``language`` is that of most of its text (``"en"``, ``"zh"``...)."""

    path: str
    title: str
    language: str
    sha256: str
    blocks: tuple[Block, ...]
    gaps: tuple[Gap, ...] = ()
    format: str = "text"
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What one clause tells people about one category.

    ``quote`` is the sentence as it reads de-wrapped, ``location.span`` where it stands. ``control`` is the way to
    opt out, ``condition`` the words that narrow it, ``why`` says in a few words how the stance was reached.
    """

    source: Source
    category: str
    stance: Stance
    quote: str
    location: Location
    purpose: str = ""
    control: str = ""
    control_span: Span | None = None
    recipients: tuple[str, ...] = ()
    scope: Scope = "app"
    party: Party = "first"
    action: Action = "collect"
    condition: str = ""
    retention: str = ""
    language: str = ""
    confidence: Confidence = "high"
    why: str = ""
    marks: tuple[tuple[int, int, Mark], ...] = ()
    """``(start, end, what)`` over the quote, in order: the words that name the thing (``data``), and those that say
    what is done with it, a negation included (``deed``), or in which ``case`` what is denied is done."""

    def marked(self, what: Mark) -> str:
        """The first words of the quote that carry a mark, empty where none do."""
        return next((self.quote[start:end] for start, end, name in self.marks if name == what), "")


@dataclass(frozen=True, slots=True)
class Rejection:
    """A mention of a category that discloses nothing.

    ``reason`` is why, by name, ``why`` the same in a sentence, ``cue`` the words that decided (empty where none did).
    """

    category: str
    reason: str
    why: str
    quote: str
    location: Location
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Unfilled template text; ``rule`` is the rule for its kind, ``governs`` the categories that hang on it."""

    rule: str
    kind: str
    text: str
    location: Location
    severity: Severity
    governs: tuple[str, ...] = ()
    governed: tuple[Span, ...] = ()
    shape: str = ""
    """What the slot was known by, in words: ``name in square brackets``."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A document with what was read out of it."""

    document: Document
    disclosures: tuple[Disclosure, ...] = ()
    placeholders: tuple[Placeholder, ...] = ()
    hidden: tuple[Disclosure, ...] = ()
    """What text that no reader sees tells otherwise than the text that is seen; ``why`` is how it is hidden."""
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """One cell of the matrix: a category for one app (``app`` is its path; ``""`` when no app was given)."""

    category: str
    app: str
    verdict: Verdict
    confidence: Confidence = "high"
    why: str = ""
    facts: tuple[Fact, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiver:
    """A decision about a finding: why, whose, until when (ISO date); ``kind`` is where it was written.

    Only an ``active`` one lets the finding pass; ``rejected`` and ``will-fix`` say what people decided on a finding
    that goes on counting. ``decided`` is the ISO date of the decision, where it is known.
    """

    reason: str
    owner: str = ""
    expires: str = ""
    kind: Literal["waiver", "baseline", "decision"] = "waiver"
    status: Literal["active", "expired", "rejected", "will-fix"] = "active"
    decided: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person should look at. ``app`` and ``document`` are paths, empty where the finding is not about one.

    ``subject`` is what the rule speaks of, stable across releases: app id and category, permission, plist key or
    the placeholder's text, never a line number or a version.
    """

    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    subject: str
    message: str
    fix: str = ""
    app: str = ""
    document: str = ""
    location: Location | None = None
    category: str = ""
    evidence: tuple[Fact, ...] = ()
    quotes: tuple[Disclosure, ...] = ()
    draft: str = ""
    waiver: Waiver | None = None

    @property
    def fingerprint(self) -> str:
        """Stable across releases: a hash of the rule and the subject alone."""
        return fingerprint_of(self.rule, self.subject)


def fingerprint_of(rule: str, subject: str) -> str:
    """The fingerprint of every finding of a rule on a subject."""
    return hashlib.sha256(f"{rule}\0{subject}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class CategoryNote:
    """What a report needs to say of a category without the mappings."""

    id: str
    title: str
    meaning: str
    play: tuple[str, ...] = ()
    """Data types of Google Play's Data safety form."""


@dataclass(frozen=True, slots=True)
class RuleNote:
    """What a report needs to say of a rule without the mappings."""

    id: str
    name: str
    severity: Severity
    title: str
    why: str
    fix: str
    references: tuple[str, ...] = ()
    area: Area = "policy"
    change: str = ""
    """The fix in a few words; findings of rules with the same words are cleared by one change."""


@dataclass(frozen=True, slots=True)
class Obeyed:
    """What a run went by beside its inputs, and what that changed, in words.

    ``digest`` is that of the content that was used. ``named`` is false for what was found in the working directory,
    which whoever wrote the tree chose and not the user.
    """

    kind: Literal["mappings", "config", "waivers", "decisions", "baseline"]
    path: str
    digest: str = ""
    effect: str = ""
    named: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """All that a renderer may read, and all that is needed to repeat the verdict."""

    version: str
    mappings_digest: str
    apps: tuple[AppFacts, ...] = ()
    policies: tuple[Policy, ...] = ()
    declarations: tuple[Disclosure, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    categories: tuple[CategoryNote, ...] = ()
    rules: tuple[RuleNote, ...] = ()
    date: str = ""
    """The day that the reports show (ISO), where one was given; never the clock's."""
    fact_categories: tuple[tuple[Fact, tuple[str, ...]], ...] = ()
    """Which categories a fact belongs to, the first one leading; a fact of no category has an empty tuple."""
    obeyed: tuple[Obeyed, ...] = ()

    @property
    def digest(self) -> str:
        """What was checked by what, and what was found: the name by which baselines and decisions know the report."""
        apps = ((app.app_id, app.sha256) for app in self.apps)
        documents = (policy.document.sha256 for policy in self.policies)
        found = ((f.rule, f.subject, f.severity, f.confidence, f.message) for f in self.findings)
        return report_digest(self.version, self.mappings_digest, apps, documents, found)


def report_digest(
    version: object,
    mappings_digest: object,
    apps: Iterable[Iterable[object]],
    documents: Iterable[object],
    findings: Iterable[Iterable[object]],
) -> str:
    """A digest over what a report is about and what it found; the same from a `Report` and from its JSON."""
    parts = [version, mappings_digest, [list(app) for app in apps], list(documents), [list(one) for one in findings]]
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One difference between two reports.

    ``kind`` is ``permission``, ``purpose-string``, ``sdk``, ``disclosure``, ``placeholder`` or ``finding``; ``before``
    and ``after`` are empty where the thing was not there; ``origin`` is the SDK or part that likely brought it.
    """

    kind: str
    subject: str
    app_id: str = ""
    before: str = ""
    after: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ReportDiff:
    """What changed from ``old`` to ``new`` (their titles), sorted."""

    old: str
    new: str
    changes: tuple[Change, ...] = ()
