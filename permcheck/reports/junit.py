"""A `Report` in, JUnit XML out: one test per finding, and one that passes per category without one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from permcheck.model import Assessment, Gap, Report
from permcheck.reports.issue import Issue, issues
from permcheck.reports.matrix import all_gaps, rows
from permcheck.reports.plain import clip, line
from permcheck.reports.spot import message, settled, spot_of
from permcheck.reports.wording import VERDICTS, source_of, trust_line, where

LONGEST = 4000


def render(report: Report) -> str:
    """Errors fail; warnings and notes are output of a test that passes; what is known, waived or unread is skipped.

    An input that is lost is an error. Every finding is one test, named without a version, and so is every category
    of an app without one, so that a merge request shows what is new and what is fixed, and an all-clear is not empty.
    """
    suites = [("permcheck findings", [_issue(issue, report) for issue in issues(report)])]
    suites.append(("permcheck categories", list(_cells(report))))
    suites.append(("permcheck not checked", [_gap(gap) for gap in all_gaps(report)]))
    if not any(cases for _, cases in suites):
        suites.append(("permcheck inputs", list(_inputs(report))))
    suites.append(("permcheck trust", [_trust(report)]))
    root = ET.Element("testsuites", name="permcheck", **_counts([case for _, cases in suites for case in cases]))
    for name, cases in suites:
        if cases:
            ET.SubElement(root, "testsuite", name=name, **_counts(cases)).extend(cases)
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _counts(cases: list[ET.Element]) -> dict[str, Any]:
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    counted = {plural: str(sum(case.find(tag) is not None for case in cases)) for plural, tag in kinds.items()}
    return {"tests": str(len(cases)), **counted, "time": "0"}


def _cells(report: Report) -> Iterator[ET.Element]:
    """A test that passes for every category of a product of which no finding speaks by its subject."""
    products = {app.path: app.app_id for app in report.apps}
    told = {found.subject for found in report.findings}
    for row in rows(report):
        cells: dict[str, list[Assessment]] = {}
        for cell in row.cells:
            cells.setdefault(products.get(cell.app, ""), []).append(cell)
        for product, same in cells.items():
            subject = f"{product}/{row.category.id}" if product else row.category.id
            if subject not in told:
                case = _case(f"permcheck.{product or 'policy'}", row.category.title)
                ET.SubElement(case, "system-out").text = line("; ".join(dict.fromkeys(map(_verdict, same))))
                yield case


def _inputs(report: Report) -> Iterator[ET.Element]:
    """Where nothing was found and no category judged: a test that passes for every input that was read."""
    for path in (*(app.path for app in report.apps), *(policy.document.path for policy in report.policies)):
        case = _case("permcheck.inputs", path)
        ET.SubElement(case, "system-out").text = "read; no problems found"
        yield case


def _verdict(cell: Assessment) -> str:
    places = [source_of(item) for item in cell.disclosures]
    return clip(" · ".join([VERDICTS[cell.verdict][1], *filter(None, [cell.why]), *places]), LONGEST)


def _issue(issue: Issue, report: Report) -> ET.Element:
    """A finding that says how the policy covers a category has the name of that category's test."""
    first = issue.first
    product = next((app.app_id for app in report.apps if app.path == first.app), "")
    if product and first.subject == f"{product}/{first.category}":
        titles = {note.id: note.title for note in report.categories}
        case = _case(f"permcheck.{product}", titles.get(first.category, first.category))
        case.set("name", f"{case.get('name')} ({issue.rule.id})" if _shares(issue, report) else f"{case.get('name')}")
    else:
        case = _case(f"permcheck.{issue.rule.id} {issue.rule.name}", first.subject)
    spot = spot_of(first, report)
    case.set("file", line(spot.path))
    case.set("line", str(spot.span.line))
    _judge(case, issue, report)
    return case


def _shares(issue: Issue, report: Report) -> bool:
    """Whether another finding before it has the same subject."""
    return next(one.rule.id for one in issues(report) if one.first.subject == issue.first.subject) != issue.rule.id


def _case(suite: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=clip(line(suite), 300), name=clip(line(name), 300), time="0")


def _judge(case: ET.Element, issue: Issue, report: Report) -> None:
    """Put the outcome into the test."""
    said = clip("\n".join(_lines(issue, report)), LONGEST)
    if not issue.is_open:
        words = f"{issue.rule.id} {message(issue, report)} {settled(issue)}"
        ET.SubElement(case, "skipped", message=clip(words, LONGEST))
    elif issue.severity == "error":
        failure = ET.SubElement(case, "failure", type=issue.rule.id, message=clip(message(issue, report), LONGEST))
        failure.text = said
    else:
        ET.SubElement(case, "system-out").text = said


def _lines(issue: Issue, report: Report) -> Iterator[str]:
    yield f"{issue.severity} {issue.rule.id}: {message(issue, report)}"
    for quote in issue.quotes[:3]:
        yield f'{line(source_of(quote))}: "{line(quote.quote)}"'
    if issue.first.fix:
        yield f"Fix: {line(issue.first.fix)}"


def _trust(report: Report) -> ET.Element:
    """A test that passes, for what the run went by."""
    case = _case("permcheck.trust", "what the run went by")
    ET.SubElement(case, "system-out").text = clip(line(trust_line(report)), LONGEST)
    return case


def _gap(gap: Gap) -> ET.Element:
    case = _case("permcheck.not checked", where(gap.location))
    ET.SubElement(case, "error" if gap.fatal else "skipped", message=clip(line(gap.reason), LONGEST))
    return case
