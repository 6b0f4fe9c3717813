"""The JSON report: its schema, its contract, and the way back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import permcheck.reports
from permcheck.errors import InputError
from permcheck.model import Disclosure, Fact, Location, Report, Span
from permcheck.reports import render
from permcheck.reports.json import load
from tests.builders.report import APK, IPA, report

SCHEMA = json.loads((Path(permcheck.reports.__file__).parent / "report.schema.json").read_text())


def closed(schema):
    """The schema with every object closed, so that a field it does not know is an error."""
    if isinstance(schema, dict):
        plain = {key: closed(value) for key, value in schema.items()}
        if "properties" in schema and "allOf" not in schema and schema.get("description") != "Whose gap it is.":
            plain["unevaluatedProperties"] = "fatal" in schema["properties"]
        return plain
    return [closed(item) for item in schema] if isinstance(schema, list) else schema


def test_schema_is_itself_valid():
    Draft202012Validator.check_schema(SCHEMA)


def test_report_fits_the_schema_and_has_no_field_that_it_does_not_name():
    errors = Draft202012Validator(closed(SCHEMA)).iter_errors(json.loads(render("json", report())))
    assert [error.message for error in errors] == []


@pytest.mark.parametrize("field", ["lines", "waiver", "fingerprint", "evidence"])
def test_schema_notices_a_missing_field(field):
    record = json.loads(render("json", report()))
    del record["findings"][0][field]
    assert not Draft202012Validator(SCHEMA).is_valid(record)


def test_report_comes_back_whole():
    assert load(render("json", report())) == report()


def test_empty_report_comes_back_whole():
    empty = Report("0.1.0", "00")
    assert load(render("json", empty)) == empty


def test_ids_are_unique_and_every_reference_leads_somewhere():
    record = json.loads(render("json", report()))
    facts = [fact["id"] for app in record["apps"] for fact in app["facts"]]
    said = [item["id"] for document in record["documents"] for item in document["disclosures"]]
    said += [item["id"] for item in record["other_disclosures"]]
    assert len(set(facts)) == len(facts)
    assert len(set(said)) == len(said)
    for cell in record["assessments"]:
        assert set(cell["facts"]) <= set(facts)
        assert set(cell["disclosures"]) <= set(said)


def test_lines_are_those_of_the_file_and_columns_end_exclusive():
    record = json.loads(render("json", report()))
    document = record["documents"][0]
    assert [item["lines"] for item in document["disclosures"]] == [[5, 6], [7, 7], [8, 8], [9, 9], [13, 14]]
    slot = document["placeholders"][1]
    assert (slot["lines"], slot["columns"], slot["page"]) == ([18, 18], [9, 33], None)


def test_a_place_in_a_pdf_is_a_page():
    said = Disclosure("policy", "camera", "disclosed", "x", Location("p.pdf", "", Span(4, 0, 5, 9, page=3)))
    record = json.loads(render("json", Report("0.1.0", "00", declarations=(said,))))
    assert (record["declarations"][0]["lines"], record["declarations"][0]["page"]) == (None, 3)


def test_apps_are_named_by_path_and_absence_is_null():
    record = json.loads(render("json", report()))
    assert {cell["app"] for cell in record["assessments"]} == {APK, IPA}
    without = replace(report(), assessments=(replace(report().assessments[0], app=""),))
    assert json.loads(render("json", without))["assessments"][0]["app"] is None


def test_leading_category_stands_beside_the_fact():
    facts = json.loads(render("json", report()))["apps"][0]["facts"]
    assert {fact["key"].rpartition(".")[2]: fact["category"] for fact in facts}["C2D"] is None
    scan = next(fact for fact in facts if fact["key"].endswith("BLUETOOTH_SCAN"))
    assert (scan["category"], scan["categories"]) == ("bluetooth", ["bluetooth", "location"])


def test_gaps_of_apps_stand_among_all_gaps():
    gaps = json.loads(render("json", report()))["gaps"]
    assert [(gap["app"], gap["fatal"]) for gap in gaps] == [(None, True), (IPA, False)]


def test_evidence_of_no_app_is_kept():
    stray = Fact("permission", "a.b.C")
    finding = replace(report().findings[0], evidence=(stray,))
    changed = replace(report(), findings=(finding,))
    assert load(render("json", changed)).findings[0].evidence == (stray,)


def test_a_broken_name_still_gives_utf8():
    app = replace(report().apps[0], name="lamp \udcff \x00 \u202e")
    text = render("json", replace(report(), apps=(app,)))
    assert json.loads(text.encode("utf-8"))["apps"][0]["name"] == "lamp \udcff \x00 \u202e"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no json", "not JSON"),
        ("[]", "not a report"),
        ('{"schema": "permcheck-report/2"}', "not a report of schema permcheck-report/1"),
        ('{"schema": "permcheck-report/1"}', "damaged report"),
        ('{"schema": "permcheck-report/1", "apps": 3, "tool": 4}', "damaged report"),
    ],
)
def test_what_is_no_report_is_told_in_one_line(text, reason):
    with pytest.raises(InputError) as caught:
        load(text, "old.json")
    message = str(caught.value)
    assert message.startswith("old.json: ")
    assert reason in message
    assert "\n" not in message


def places(value, path=()):
    """The way to every value in a record."""
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


WHOLE = json.loads(render("json", report()))
PLACES = [path for path in places(WHOLE) if path and path[0] != "schema"]
JUNK = st.sampled_from([None, 0, -1, True, "x", "", [], {}, [1], ["x"], {"x": 1}, [[0, 1, 2, "x"]]])


@given(st.sampled_from(PLACES), JUNK)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_damaged_report_is_refused_in_one_line_or_can_be_shown(path, junk):
    record = json.loads(json.dumps(WHOLE))
    inner = record
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = junk
    message, loaded = outcome(json.dumps(record))
    if loaded is None:
        assert message.startswith("old.json: ")
        assert "\n" not in message
    else:
        for name in ("text", "html", "sarif", "junit", "csv", "markdown"):
            assert render(name, loaded)


def outcome(text):
    """What `load` says, and what it gives."""
    try:
        return "", load(text, "old.json")
    except InputError as error:
        return str(error), None


def test_deep_nesting_is_no_report():
    with pytest.raises(InputError, match="not JSON"):
        load("[" * 100_000, "old.json")


def test_fields_that_a_later_version_adds_are_passed_over():
    record = json.loads(render("json", report()))
    record["new"] = record["apps"][0]["new"] = record["findings"][0]["new"] = 1
    assert load(json.dumps(record)) == report()


def test_a_report_that_is_nested_to_death_gets_one_line():
    text = render("json", report()).replace('"condition": []', '"condition": ' + "[" * 900 + "]" * 900, 1)
    with pytest.raises(InputError, match=r"^old\.json: damaged report \(RecursionError"):
        load(text, "old.json")
