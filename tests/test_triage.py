"""Waivers and a baseline mark findings and never drop them; stale waivers are findings themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from permcheck.cli.delivery import counts
from permcheck.cli.options import Settings
from permcheck.errors import UsageError
from permcheck.model import AppFacts, Finding, Report
from permcheck.reports import render
from permcheck.reports.wording import trust_line
from permcheck.triage import Origin, Triage, WaiverEntry, read_baseline, read_decisions, triage, waiver_entries
from tests.builders.decisions import decisions

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


@pytest.mark.parametrize(
    ("rule", "subject", "covered"),
    [
        ("PC101", "com.example.lamp/camera", True),
        ("PC101", "com.example.*/camera", True),
        ("PC101", "com.example.lamp/[a-z]amera", False),
        ("PC101", "com.example.lamp/?amera", False),
        ("PC101", "com.example.lamp/camer", False),
        ("PC1", "com.example.lamp/camera", False),
        ("PC1*", "com.example.lamp/camera", False),
    ],
)
def test_a_waiver_covers_what_it_names_or_what_its_star_stands_for(rule, subject, covered):
    assert waiver(rule=rule, subject=subject).covers(finding()) is covered


@pytest.mark.parametrize(
    ("subject", "same", "other"),
    [
        ("[Company *]", "[Company Name]", "C"),
        ("[Company Name]", "[Company Name]", "C"),
        (r"\*\*@x.com", "**@x.com", "ab@x.com"),
        ("a\\", "a\\", "a"),
    ],
)
def test_a_subject_is_taken_by_its_letters(subject, same, other):
    assert waiver(subject=subject).covers(finding(subject=same))
    assert not waiver(subject=subject).covers(finding(subject=other))
    assert waiver(subject=subject).is_pattern == (subject == "[Company *]")


@pytest.mark.parametrize(
    ("rule", "subject", "wide"),
    [("*", "*", True), ("*", "*/*", True), ("*", "com.example.*", True), ("PC101", "*/camera", False)],
)
def test_a_waiver_that_swallows_everything_is_a_finding(knowledge, rule, subject, wide):
    findings = [finding(), finding(subject="com.example.lamp/microphone", rule="PC103")]
    *_, last = run(knowledge, findings, waivers=(waiver(rule=rule, subject=subject),))
    assert (last.name == "waiver-of-everything") is wide
    assert last.waiver is None or not wide


def test_an_exact_waiver_of_the_only_finding_is_none_of_everything(knowledge):
    assert len(run(knowledge, [finding()], waivers=(waiver(subject="com.example.lamp/camera"),))) == 1


def test_what_each_file_changed_is_counted(knowledge):
    origins = (Origin("waivers", "permcheck.toml", "ab" * 32, named=False), Origin("baseline", "old.json", "cd" * 32))
    findings = [finding(), finding(subject="com.example.lamp/microphone"), finding(subject="x")]
    entries = (replace(waiver(), source="permcheck.toml"),)
    known = Triage(TODAY, entries, frozenset([findings[1].fingerprint, findings[0].fingerprint]), origins)
    report = triage(Report("1", "digest", findings=tuple(findings)), known, knowledge)
    assert [item.effect for item in report.obeyed] == [
        "1 finding waived, by pattern: PC101/com.example.*/camera 1",
        "1 finding known",
    ]
    assert trust_line(report) == (
        "mappings digest as shipped; waivers of permcheck.toml (found in the working directory, abababababab): "
        "1 finding waived, by pattern: PC101/com.example.*/camera 1; baseline old.json (cdcdcdcdcdcd): 1 finding known."
    )


def test_an_unused_waiver_is_a_finding(knowledge):
    marked, complaint = run(knowledge, [finding()], waivers=(waiver(subject="com.other/*"),))
    assert marked.waiver is None
    assert complaint.name == "unused-waiver"


def test_the_baseline_marks_only_what_was_there_before(knowledge):
    old, new = finding(), finding(subject="com.example.lamp/microphone")
    marked = run(knowledge, [old, new], baseline=frozenset([old.fingerprint]))
    assert [found.waiver.kind if found.waiver else None for found in marked] == ["baseline", None]


def baseline(*findings, app_id="com.example.lamp"):
    app = AppFacts("a.apk", "android", app_id, "Lamp", "1", "ab" * 32)
    return render("json", Report("1", "digest", apps=(app,), findings=findings))


def test_a_baseline_is_an_earlier_json_report():
    known, origin = read_baseline(baseline(finding()), "old.json")
    assert known == {finding().fingerprint}
    assert (origin.kind, origin.products) == ("baseline", ("com.example.lamp",))
    assert origin.digest == json.loads(baseline(finding()))["digest"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"findings": [1]}', '{"findings":' + "[" * 100_000, "7"])
def test_another_file_is_no_baseline(text):
    with pytest.raises(UsageError, match=r"^old\.json: not a permcheck JSON report, so it cannot be a baseline$"):
        read_baseline(text, "old.json")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("com.example.lamp/camera", "com.example.lamp/contacts"),
        ("PC101", "PC103"),
        ("com.example.lamp", "com.example.kettle"),
        ("abab", "cdcd"),
        ('"digest": "', '"digest": "0'),
        ('"severity": "error"', '"severity": "note"'),
    ],
)
def test_a_baseline_that_was_edited_is_none(old, new):
    text = baseline(finding())
    assert old in text
    with pytest.raises(
        UsageError, match=r"^old\.json: was edited after permcheck wrote it, so it cannot be a baseline$"
    ):
        read_baseline(text.replace(old, new), "old.json")


def test_no_finding_can_be_slipped_into_a_baseline_by_its_fingerprint():
    text = baseline(finding()).replace(finding().fingerprint, "0" * 32)
    assert read_baseline(text, "old.json")[0] == {finding().fingerprint}


@pytest.mark.parametrize("kind", ["baseline", "decisions"])
def test_what_was_made_for_another_product_is_refused(knowledge, kind):
    app = AppFacts("a.apk", "android", "com.example.lamp", "Lamp", "1", "")
    report = Report("1", "digest", apps=(app,), findings=(finding(),))
    for products, refused in ((("com.kettle",), True), (("com.kettle", "com.example.lamp"), False), ((), False)):
        known = Triage(TODAY, origins=(Origin(kind, "old.json", products=products),))
        if refused:
            with pytest.raises(UsageError) as error:
                triage(report, known, knowledge)
            assert str(error.value) == "old.json: made for another product (com.kettle), not for com.example.lamp"
        else:
            triage(report, known, knowledge)


def decision(verdict="accept", **other):
    entry = {"fingerprint": finding().fingerprint, "decision": verdict, "reason": "r", "name": "n"}
    return entry | {"date": "2026-04-02", "expires": "2026-06-01" if verdict == "accept" else ""} | other


def decided(*entries):
    return read_decisions(decisions(entries), "d.json", TODAY)[0]


def test_decisions_say_which_report_they_were_made_on():
    _, origin = read_decisions(decisions([decision()], report="ab", products=["x", "y"]), "d.json", TODAY)
    assert (origin.report, origin.products) == ("ab", ("x", "y"))


@pytest.mark.parametrize(
    ("old", "new"), [('"r"', '"R"'), ('"accept"', '"reject"'), ("2026-06-01", "2026-06-30"), ('"n"', '"nn"')]
)
def test_decisions_that_were_edited_are_refused(old, new):
    text = decisions([decision()])
    assert old in text
    with pytest.raises(UsageError, match=r"^d\.json: was edited after it was saved"):
        read_decisions(text.replace(old, new), "d.json", TODAY)


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
    with pytest.raises(UsageError, match=r"d\.json: not a decisions file"):
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
