"""A `Report` in; what a person could start writing from out: clauses for the policy, rows for the Data safety form."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from permcheck.model import CategoryNote, Report

HEADER = (
    "Question ID (machine readable)",
    "Response ID (machine readable)",
    "Response value",
    "Answer requirement",
    "Human-friendly question label",
)
QUESTIONS = {
    "LOCATION": ("APPROX_LOCATION", "PRECISE_LOCATION"),
    "PERSONAL": ("NAME", "EMAIL", "USER_ACCOUNT", "ADDRESS", "PHONE", "OTHER_PERSONAL"),
    "EMAIL_AND_TEXT": ("EMAILS", "SMS_CALL_LOG", "OTHER_MESSAGES"),
    "PHOTOS_AND_VIDEOS": ("PHOTOS", "VIDEOS"),
    "AUDIO": ("AUDIO", "MUSIC", "OTHER_AUDIO"),
    "HEALTH_AND_FITNESS": ("HEALTH", "FITNESS"),
    "CONTACTS": ("CONTACTS",),
    "CALENDAR": ("CALENDAR",),
    "FILES_AND_DOCS": ("FILES_AND_DOCS",),
    "SEARCH_AND_BROWSING": ("WEB_BROWSING_HISTORY",),
    "APP_ACTIVITY": ("USER_INTERACTION", "APPS_ON_DEVICE", "OTHER_APP_ACTIVITY"),
    "IDENTIFIERS": ("DEVICE_ID",),
}
"""Question of the form -> its data types, without ``PSL_``."""
MARK = "DRAFT - for review; fill every [slot], check every statement, then delete this line."
TOLD = ("disclosed",)
"""Verdicts by which the policy itself says that data is taken."""


def clauses(report: Report) -> str:
    """One clause per gap, in the language of the policy, each clearly a draft; its slots are placeholders.

    What could not be checked is named at the end: nothing was drafted for it.
    """
    drafts = {(finding.category, finding.draft): finding for finding in report.findings if finding.draft}
    open_cells = {cell.category: cell.why for cell in report.assessments if cell.verdict == "not-checked"}
    if not drafts and not open_cells:
        return "Nothing to draft: the policy discloses every category that the apps can access.\n"
    lines = [MARK, ""] if drafts else []
    for finding in drafts.values():
        lines += [f"## {_title(report, finding.category)} ({finding.rule})", "", finding.draft.strip(), ""]
    return "\n".join(lines) + _unjudged(report, open_cells)


def _unjudged(report: Report, open_cells: Mapping[str, str]) -> str:
    """A line for each reason why categories could not be judged."""
    reasons: dict[str, list[str]] = {}
    for category, why in open_cells.items():
        reasons.setdefault(why, []).append(_title(report, category))
    return "".join(f"Not checked, so nothing drafted: {', '.join(names)} ({why}).\n" for why, names in reasons.items())


def data_safety(report: Report) -> str:
    """Rows in the form's own format, one per data type that an Android app may touch; nothing is answered for good.

    A type is suggested as collected only where the policy itself tells of it; every row's label says REVIEW and why.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(_rows(report))
    return out.getvalue()


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    asked = _asked(report)
    verdicts = {cell.category: cell.verdict for cell in report.assessments}
    reasons: dict[str, list[str]] = {}
    told = set()
    for category in report.categories:
        for name in category.play if category.id in asked else ():
            reasons.setdefault(name, []).append(
                f"{category.title} ({asked[category.id]}): {_verdict(category, verdicts)}"
            )
            told |= {name} if verdicts.get(category.id) in TOLD else set()
    for question, names in QUESTIONS.items():
        for name in names:
            if name in reasons:
                label = f"REVIEW: does it leave the phone? {'; '.join(reasons[name])}"
                yield (
                    f"PSL_DATA_TYPES_{question}",
                    f"PSL_{name}",
                    "true" if name in told else "",
                    "MULTIPLE_CHOICE",
                    label,
                )


def _asked(report: Report) -> dict[str, str]:
    """Category -> the platform's name for what asks for it, a permission before anything else."""
    asked: dict[str, str] = {}
    for fact, names in sorted(report.fact_categories, key=lambda pair: pair[0].kind != "permission"):
        for name in names if fact.kind != "api-call" else ():
            asked.setdefault(name, fact.key)
    return asked


def _verdict(category: CategoryNote, verdicts: Mapping[str, str]) -> str:
    return f"policy {verdicts[category.id]}" if category.id in verdicts else "no policy given"


def _title(report: Report, category: str) -> str:
    return next((note.title for note in report.categories if note.id == category), category)
