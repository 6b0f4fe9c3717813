"""A `Report` in, JUnit XML out: one test per cell of the matrix, passes included, and one per further finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from permcheck.model import Assessment, Finding, Gap, Report
from permcheck.reports.matrix import all_gaps, is_live, merged, rows
from permcheck.reports.plain import clip, line
from permcheck.reports.spot import message, spot_of, waiver_words
from permcheck.reports.wording import PLATFORMS, VERDICTS, source_of, trust_line, where

LONGEST = 4000


def render(report: Report) -> str:
    """Errors fail; warnings and notes are output of a test that passes; what is waived or unread is skipped.

    An input that is lost is an error. Names carry no version, so a merge request tells what is new and what is solved.
    """
    suites = [("permcheck matrix", list(_cells(report))), ("permcheck findings", list(_others(report)))]
    suites.append(("permcheck not checked", [_gap(gap) for gap in all_gaps(report)]))
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
    names = {app.path: f"{app.app_id} ({PLATFORMS[app.platform]})" for app in report.apps}
    for row in rows(report):
        for cell in row.cells:
            said = [found for found in report.findings if _is_about(found, cell)]
            case = _case(f"permcheck.{names.get(cell.app, 'policy')}", row.category.title)
            _judge(case, said, report)
            if len(case) == 0:
                ET.SubElement(case, "system-out").text = line(_verdict(cell))
            yield case


def _is_about(found: Finding, cell: Assessment) -> bool:
    return found.category == cell.category and found.app == cell.app


def _verdict(cell: Assessment) -> str:
    places = [source_of(item) for item in cell.disclosures]
    return clip(" · ".join([VERDICTS[cell.verdict][1], *filter(None, [cell.why]), *places]), LONGEST)


def _others(report: Report) -> Iterator[ET.Element]:
    """Findings that no cell of the matrix stands for."""
    cells = {(cell.app, cell.category) for cell in report.assessments}
    left = [found for found in report.findings if (found.app, found.category) not in cells]
    for same in merged(left):
        case = _case(f"permcheck.{same[0].rule} {same[0].name}", same[0].subject)
        case.set("file", line(spot_of(same[0], report).path))
        case.set("line", str(spot_of(same[0], report).span.line))
        _judge(case, same, report)
        yield case


def _case(suite: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=clip(line(suite), 300), name=clip(line(name), 300), time="0")


def _judge(case: ET.Element, found: list[Finding], report: Report) -> None:
    """Put the outcome into the test: failure before skip, the rest as output."""
    live = [one for one in found if is_live(one)]
    failing = [one for one in live if one.severity == "error"]
    if failing:
        first = failing[0]
        failure = ET.SubElement(case, "failure", type=first.rule, message=clip(message(failing, report), LONGEST))
        failure.text = clip("\n".join(_lines(failing, report)), LONGEST)
    elif found and not live:
        words = f"{found[0].rule} {message(found, report)} Waived, {waiver_words(found[0])}"
        ET.SubElement(case, "skipped", message=clip(words, LONGEST))
    further = [one for one in live if one not in failing]
    if further:
        ET.SubElement(case, "system-out").text = clip("\n".join(_lines(further, report)), LONGEST)


def _lines(found: list[Finding], report: Report) -> Iterator[str]:
    for one in found:
        yield f"{one.severity} {one.rule}: {message([one], report)}"
        for quote in one.quotes[:3]:
            yield f'{line(source_of(quote))}: "{line(quote.quote)}"'
        if one.fix:
            yield f"Fix: {line(one.fix)}"


def _trust(report: Report) -> ET.Element:
    """A test that passes, for what the run went by."""
    case = _case("permcheck.trust", "what the run went by")
    ET.SubElement(case, "system-out").text = clip(line(trust_line(report)), LONGEST)
    return case


def _gap(gap: Gap) -> ET.Element:
    case = _case("permcheck.not checked", where(gap.location))
    ET.SubElement(case, "error" if gap.fatal else "skipped", message=clip(line(gap.reason), LONGEST))
    return case
