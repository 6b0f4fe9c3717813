"""Waivers and a baseline mark findings and never drop them; stale waivers are findings themselves."""

from __future__ import annotations

import json
from datetime import date

import pytest

from permcheck.errors import UsageError
from permcheck.model import Finding, Report
from permcheck.triage import Triage, WaiverEntry, read_baseline, read_decisions, triage, waiver_entries

TODAY = date(2026, 5, 1)


def finding(rule="PC101", subject="com.example.lamp/camera", name="undisclosed-permission"):
    return Finding(rule, name, "error", "high", subject, "the camera is not mentioned")


def waiver(expires=date(2026, 6, 1), rule="PC101", subject="com.example.*/camera"):
    return WaiverEntry("pairing only", "DPO", expires, rule, subject)


def run(knowledge, findings, **known):
    report = Report("1", "digest", findings=tuple(findings))
    return triage(report, Triage(TODAY, **known), knowledge).findings


def test_a_waiver_marks_the_finding_with_reason_owner_and_date(knowledge):
    (marked,) = run(knowledge, [finding()], waivers=(waiver(),))
    assert (marked.waiver.reason, marked.waiver.owner, marked.waiver.expires) == ("pairing only", "DPO", "2026-06-01")
    assert marked.waiver.status == "active"


@pytest.mark.parametrize("rule", ["PC101", "undisclosed-permission", "*"])
def test_a_waiver_names_its_rule_by_id_or_name(knowledge, rule):
    assert run(knowledge, [finding()], waivers=(waiver(rule=rule),))[0].waiver


def test_an_expired_waiver_no_longer_covers_and_is_a_finding(knowledge):
    marked, complaint = run(knowledge, [finding()], waivers=(waiver(date(2026, 4, 30)),))
    assert marked.waiver.status == "expired"
    assert complaint.name == "expired-waiver"
    assert "2026-04-30" in complaint.message


def test_a_waiver_holds_through_its_last_day(knowledge):
    (marked,) = run(knowledge, [finding()], waivers=(waiver(TODAY),))
    assert marked.waiver.status == "active"


def test_the_longer_of_two_waivers_counts(knowledge):
    marked, *_ = run(knowledge, [finding()], waivers=(waiver(date(2026, 4, 1)), waiver()))
    assert marked.waiver.status == "active"


def test_an_unused_waiver_is_a_finding(knowledge):
    marked, complaint = run(knowledge, [finding()], waivers=(waiver(subject="com.other/*"),))
    assert marked.waiver is None
    assert complaint.name == "unused-waiver"


def test_the_baseline_marks_only_what_was_there_before(knowledge):
    old, new = finding(), finding(subject="com.example.lamp/microphone")
    marked = run(knowledge, [old, new], baseline=frozenset([old.fingerprint]))
    assert [found.waiver.kind if found.waiver else None for found in marked] == ["baseline", None]


def test_a_baseline_is_an_earlier_json_report():
    assert read_baseline(json.dumps({"findings": [{"fingerprint": "ab"}]}), "old.json") == {"ab"}
    for text in ("", "[]", "{}", '{"findings": [1]}'):
        with pytest.raises(UsageError, match=r"old\.json: not a permcheck JSON report"):
            read_baseline(text, "old.json")


def test_only_accepted_decisions_waive():
    found = finding()
    decisions = [
        {"fingerprint": found.fingerprint, "decision": "accept", "reason": "r", "name": "n", "expires": "2026-06-01"},
        {"fingerprint": "other", "decision": "will-fix", "reason": "r", "name": "n", "expires": "2026-06-01"},
    ]
    (entry,) = read_decisions(json.dumps({"decisions": decisions}), "d.json")
    assert entry.covers(found)
    assert not entry.covers(finding(subject="com.example.lamp/microphone"))
    with pytest.raises(UsageError, match=r"d\.json"):
        read_decisions("{}", "d.json")


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"rule": "PC101", "owner": "o", "expires": TODAY}, "'reason' is missing"),
        ({"rule": "PC101", "reason": "r", "expires": TODAY}, "'owner' is missing"),
        ({"rule": "PC101", "reason": "r", "owner": "o"}, "'expires' must be a date"),
        ({"rule": "PC101", "reason": "r", "owner": "o", "expires": "soon"}, "'expires' must be a date"),
        ({"rule": "PC101", "reason": "r", "owner": "o", "expires": date(2030, 1, 1)}, "more than a year away"),
        ({"rule": "PC101", "reason": "r", "owner": "o", "expires": TODAY, "untill": 1}, "unknown key 'untill'"),
    ],
)
def test_a_waiver_must_say_why_whose_and_until_when(table, complaint):
    with pytest.raises(UsageError, match=r"permcheck\.toml: waiver 1: ") as error:
        waiver_entries([table], "permcheck.toml", TODAY)
    assert complaint in str(error.value)
