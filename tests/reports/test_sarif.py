"""SARIF: the official schema, and what GitHub asks beyond it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from permcheck.model import Location, Report, Span
from permcheck.reports import render
from tests.builders.report import APK, IPA, POLICY, report

SCHEMA = Draft4Validator(json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")))


def run(a_report=None):
    log = json.loads(render("sarif", a_report or report()))
    assert [error.message for error in SCHEMA.iter_errors(log)] == []
    (only,) = log["runs"]
    return only


def results(a_report=None):
    return {result["properties"]["subject"].rpartition("/")[2]: result for result in run(a_report)["results"]}


def test_every_result_has_one_place_in_a_file_and_a_fingerprint_without_lines():
    for result in run()["results"]:
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"] == POLICY
        assert place["region"]["startLine"] >= 1
        assert result["partialFingerprints"]["primaryLocationLineHash"].endswith(":1")


def test_fingerprint_outlives_an_edit_of_the_policy():
    moved = replace(report().findings[2], location=Location(POLICY, "", Span(99, 0, 99, 5)))
    before = results(replace(report(), findings=(report().findings[2],)))
    after = results(replace(report(), findings=(moved,)))
    assert [r["partialFingerprints"] for r in before.values()] == [r["partialFingerprints"] for r in after.values()]
    assert before != after


def test_columns_count_from_one_and_end_exclusive():
    region = results()["contacts"]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 9, "startColumn": 1, "endLine": 9, "endColumn": 29}


def test_bundle_stands_beside_the_policy_by_member():
    (related,) = results()["location"]["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == APK
    name = related["logicalLocations"][0]["fullyQualifiedName"]
    assert name == f"{APK}!/AndroidManifest.xml (uses-permission ACCESS_FINE_LOCATION)"


def test_rules_say_all_that_github_shows():
    found = run()
    rules = found["tool"]["driver"]["rules"]
    for rule in rules:
        for text in (rule["shortDescription"]["text"], rule["fullDescription"]["text"], rule["help"]["markdown"]):
            assert 0 < len(text) <= 1024
        assert rule["properties"]["problem.severity"] in ("error", "warning", "recommendation")
        assert len(rule["properties"]["tags"]) <= 10
    for result in found["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_waived_findings_are_no_results_but_stay_told():
    found = run()
    assert "microphone" not in results()
    told = [note["message"]["text"] for note in found["invocations"][0]["toolExecutionNotifications"]]
    assert any("Microphone" in text and "Voice control ships in 4.3" in text for text in told)


def test_a_lost_input_is_an_unsuccessful_run():
    assert run()["invocations"][0]["executionSuccessful"] is False
    assert run(replace(report(), gaps=()))["invocations"][0]["executionSuccessful"] is True


def test_both_builds_of_a_product_are_one_result():
    twin = replace(report().findings[0], app=IPA)
    found = run(replace(report(), findings=(report().findings[0], twin)))
    assert len(found["results"]) == 1


@pytest.mark.parametrize("path", ["my policy.txt", "a%b.txt", "隐私.txt", "C:/x.txt", "a\udcffb.txt"])
def test_odd_paths_are_valid_relative_addresses(path):
    base = report()
    finding = replace(base.findings[2], location=Location(path, "", Span(1, 0, 1, 4)), document=path)
    place = run(replace(base, findings=(finding,)))["results"][0]["locations"][0]["physicalLocation"]
    uri = place["artifactLocation"]["uri"]
    assert uri.isascii()
    assert " " not in uri
    assert ":" not in uri


def test_policy_text_is_no_link_and_no_argument():
    finding = replace(report().findings[0], message="[see](http://x.example) {0} {{company}}")
    text = run(replace(report(), findings=(finding,)))["results"][0]["message"]["text"]
    assert "](" not in text
    assert "{{0}}" in text
    assert "{{company}}" in text


def test_a_place_in_a_pdf_is_told_in_words():
    finding = replace(report().findings[2], location=Location(POLICY, "", Span(4, 0, 5, 9, page=3)))
    result = run(replace(report(), findings=(finding,)))["results"][0]
    assert "page 3" in result["message"]["text"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_empty_report_is_a_valid_log():
    assert run(Report("0.1.0", "00"))["results"] == []
