"""Waivers and a baseline mark findings and never drop them; stale waivers are findings themselves."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from permcheck.cli.delivery import counts
from permcheck.cli.options import Settings
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


def decision(verdict="accept", **other):
    entry = {"fingerprint": finding().fingerprint, "decision": verdict, "reason": "r", "name": "n"}
    return entry | {"date": "2026-04-02", "expires": "2026-06-01" if verdict == "accept" else ""} | other


def decided(*entries):
    return read_decisions(json.dumps({"decisions": entries}), "d.json", TODAY)


def test_an_accepted_finding_is_waived_and_no_other():
    (entry,) = decided(decision())
    assert entry.covers(finding())
    assert not entry.covers(finding(subject="com.example.lamp/microphone"))


@pytest.mark.parametrize(("verdict", "status"), [("reject", "rejected"), ("will-fix", "will-fix")])
def test_what_was_rejected_or_promised_is_told_and_goes_on_counting(knowledge, verdict, status):
    (marked,) = run(knowledge, [finding()], waivers=decided(decision(verdict)))
    assert (marked.waiver.status, marked.waiver.owner, marked.waiver.decided) == (status, "n", "2026-04-02")
    assert counts(marked, Settings())


def test_a_rejection_holds_against_a_waiver_and_the_baseline(knowledge):
    known = {"waivers": (waiver(), *decided(decision("reject"))), "baseline": frozenset([finding().fingerprint])}
    (marked,) = run(knowledge, [finding()], **known)
    assert marked.waiver.status == "rejected"


def test_a_promise_that_was_kept_is_no_finding(knowledge):
    assert run(knowledge, [], waivers=decided(decision("will-fix"), decision("reject"))) == ()


def test_a_stale_decision_is_named_by_its_rule_and_subject(knowledge):
    (complaint,) = run(knowledge, [], waivers=decided(decision(rule="PC101", subject="com.example.lamp/camera")))
    assert "PC101/com.example.lamp/camera" in complaint.message


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (decision("acept"), "'decision' must be one of reject, will-fix, accept, not 'acept'"),
        (decision(reason=" "), "'reason' is missing"),
        (decision(name=""), "'name' is missing"),
        (decision(expires=""), "'expires' must be a date"),
        (decision(expires="2031-01-01"), "more than a year away"),
        (7, "not a table"),
    ],
)
def test_a_decision_must_be_complete(entry, complaint):
    with pytest.raises(UsageError, match=r"d\.json: decision 2: ") as error:
        decided(decision(), entry)
    assert complaint in str(error.value)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"decisions": 4}', '{"decisions": {"a": 1}}', "[" * 100_000])
def test_another_file_is_no_file_of_decisions(text):
    with pytest.raises(UsageError, match=r"d\.json: not a file of decisions"):
        read_decisions(text, "d.json", TODAY)


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"rule": "PC101", "owner": "o", "expires": TODAY}, "'reason' is missing"),
        ({"rule": "PC101", "reason": "r", "expires": TODAY}, "'owner' is missing"),
        ({"rule": "PC101", "reason": "r", "owner": "o"}, "'expires' must be a date"),
        ({"rule": "PC101", "reason": "r", "owner": "o", "expires": "soon"}, "'expires' must be a date"),
        (
            {"rule": "PC101", "reason": "r", "owner": "o", "expires": datetime(2026, 6, 1, 8, tzinfo=UTC)},
            "'expires' must be a date",
        ),
        ({"rule": "PC101", "reason": "r", "owner": "o", "expires": date(2030, 1, 1)}, "more than a year away"),
        ({"rule": "PC101", "reason": "r", "owner": "o", "expires": TODAY, "untill": 1}, "unknown key 'untill'"),
    ],
)
def test_a_waiver_must_say_why_whose_and_until_when(table, complaint):
    with pytest.raises(UsageError, match=r"permcheck\.toml: waiver 1: ") as error:
        waiver_entries([table], "permcheck.toml", TODAY)
    assert complaint in str(error.value)
