"""JUnit, GitHub annotations, GitLab Code Quality and the Markdown summary."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from permcheck.reports import render
from tests.builders.report import IPA, POLICY, report


def many(severity, number):
    first = report().findings[0]
    findings = (replace(first, severity=severity, subject=f"a/{n}", message=f"Finding {n}") for n in range(number))
    return replace(report(), findings=tuple(findings))


def suite(a_report, name):
    root = ET.fromstring(render("junit", a_report))
    return next(entry for entry in root if entry.get("name") == name)


def outcome(case):
    return next((child.tag for child in case if child.tag != "system-out"), "passed")


def test_junit_has_a_test_for_every_finding_and_one_that_passes_for_every_category_without_one():
    found = {(c.get("classname"), c.get("name")): outcome(c) for c in suite(report(), "permcheck findings")}
    product = "permcheck.com.example.haldenhome"
    assert found[product, "Location"] == found[product, "Contacts"] == "failure"
    assert found[product, "Microphone"] == "skipped"
    assert found[product, "Calendar"] == "passed"
    passed = {(c.get("classname"), c.get("name")): outcome(c) for c in suite(report(), "permcheck categories")}
    assert passed == {(product, name): "passed" for name in ("Camera", "Bluetooth", "Health")}


def test_junit_names_a_category_as_before_when_its_finding_is_gone():
    fixed = replace(report(), findings=tuple(f for f in report().findings if f.category != "contacts"))
    case = next(c for c in suite(fixed, "permcheck categories") if c.get("name") == "Contacts")
    assert (case.get("classname"), outcome(case)) == ("permcheck.com.example.haldenhome", "passed")


def test_junit_counts_agree_with_its_tests():
    root = ET.fromstring(render("junit", report()))
    for level in (root, *root):
        cases = list(level.iter("testcase"))
        for plural, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(level.get(plural)) == sum(case.find(tag) is not None for case in cases)
        assert int(level.get("tests")) == len(cases)


def test_junit_tells_lost_inputs_as_errors_and_unread_parts_as_skipped():
    cases = {case.get("name"): outcome(case) for case in suite(report(), "permcheck not checked")}
    assert sorted(cases.values()) == ["error", "skipped"]
    assert cases["build/watch.ipa"] == "error"


def test_junit_names_are_unique_so_that_gitlab_keeps_all():
    names = [(c.get("classname"), c.get("name")) for c in ET.fromstring(render("junit", report())).iter("testcase")]
    assert len(names) == len(set(names))


def test_github_annotation_stands_at_the_line_of_the_policy():
    lines = render("github", report()).splitlines()
    start = f"::error file={POLICY},line=9,col=1,endColumn=28,title=PC103 contradicted-permission::"
    assert any(line.startswith(start) for line in lines)


@pytest.mark.parametrize(("severity", "command"), [("error", "error"), ("warning", "warning"), ("note", "notice")])
def test_github_keeps_to_ten_annotations_a_level_and_counts_the_rest(severity, command):
    lines = [row for row in render("github", many(severity, 30)).splitlines() if row.startswith(f"::{command} ")]
    assert len(lines) == 10
    assert lines[-1].endswith(f"::21 more {severity}s, see the report")


def test_what_has_no_line_in_the_policy_stands_at_its_first_line_and_never_in_the_bundle():
    manifest = replace(report().findings[0].evidence[0].location, path=f"{IPA}!/PrivacyInfo.xcprivacy")
    finding = replace(report().findings[0], location=manifest, document=manifest.path)
    (command,) = [
        row
        for row in render("github", replace(report(), findings=(finding,))).splitlines()
        if row.startswith("::error")
    ]
    assert command.startswith(f"::error file={POLICY},line=1,title=PC101")


def test_github_text_cannot_become_a_command():
    finding = replace(
        report().findings[0], message="50% done\n::add-mask::x ##[add-mask]x", fix="a\r::stop-commands::y"
    )
    output = render("github", replace(report(), findings=(finding,)))
    commands = [row for row in output.splitlines() if row.startswith("::") and "group::" not in row[:12]]
    assert len(commands) == 1
    assert "50%25 done" in commands[0]
    assert "##[" not in output


def test_github_path_is_escaped_as_a_property():
    finding = replace(report().findings[2], location=replace(report().findings[2].location, path="a,b:c%.txt"))
    assert "file=a%2Cb%3Ac%25.txt,line=9," in render("github", replace(report(), findings=(finding,)))


def test_gitlab_has_the_fields_that_it_reads():
    entries = json.loads(render("gitlab", report()))
    for entry in entries:
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert entry["location"]["path"] == POLICY
        assert entry["location"]["lines"]["begin"] >= 1
        assert entry["description"]
        assert entry["check_name"]
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)


def test_gitlab_keeps_a_waived_finding_as_info_with_its_reason():
    (waived,) = [entry for entry in json.loads(render("gitlab", report())) if entry["severity"] == "info"]
    assert "Voice control ships in 4.3" in waived["description"]


def test_gitlab_tells_twins_once():
    first = report().findings[0]
    twins = replace(report(), findings=(first, replace(first, app=IPA)))
    assert len(json.loads(render("gitlab", twins))) == 1


def test_markdown_has_the_matrix_and_what_was_not_checked():
    output = render("markdown", report())
    assert "| Camera | yes | yes | ✓ disclosed | legal/privacy-policy.txt:5 |" in output
    assert "not a zip file" in output
    assert "Voice control ships in 4.3" in output


def test_markdown_without_a_policy_lists_what_the_apps_ask_for():
    output = render("markdown", replace(report(), policies=(), assessments=(), findings=()))
    assert "| Camera | build/halden-home.apk | CAMERA |" in output
    assert "| Uncategorised | build/halden-home.apk | com.example.haldenhome.permission.C2D |" in output
    assert "no findings" not in output.lower()


def test_markdown_takes_text_for_text():
    bad = "<img src=x> [a](http://x.example) **b** `c` | d @someone #12 ~~e~~ www.x.example\n# head"
    output = render("markdown", replace(report(), findings=(replace(report().findings[0], message=bad),)))
    row = next(line for line in output.splitlines() if "someone" in line)
    said = re.sub(r"&#\d+;", "", row).partition(": ")[2]
    assert not re.search(r"[<>\[\]*`|~#]|@someone|http://|www\.x", said)


def test_markdown_stays_small_whatever_is_found():
    assert len(render("markdown", many("error", 5000))) < 100_000
