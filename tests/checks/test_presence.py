"""Duties that hang on a fact: asked only of the apps that they bind, one finding for each thing to do."""

import pytest

from permcheck.checks.case import Case
from permcheck.checks.presence import presence, target_sdk
from permcheck.errors import MappingError
from permcheck.knowledge.schema import Rule
from permcheck.model import AppFacts, Assessment, Disclosure, Fact, Finding, Location

CAMERA, DEAD = Fact("permission", "a.CAMERA"), Fact("permission", "a.NFC", condition=("dead: never granted",))


def app(*facts: Fact, platform="android", target="34") -> AppFacts:
    sdk = Fact("identity", "target-sdk", target)
    return AppFacts("app.apk", platform, "com.example", "Example", "1", "", (*facts, sdk))


def ask(knowledge, case_app: AppFacts, *assessments: Assessment, **params) -> list[Finding]:
    rule = Rule("PC399", "a-rule", "", "presence", "note", "{subject} {found} {target}", "", "", (), params=params)
    return list(presence(rule, Case((case_app,), (), (), assessments, ()), knowledge))


def test_each_key_is_one_finding_and_a_subject_makes_them_one(knowledge):
    facts = (CAMERA, Fact("permission", "a.MIC"))

    assert [f.subject for f in ask(knowledge, app(*facts), when=["permission:a.*"])] == [
        "com.example/a.CAMERA",
        "com.example/a.MIC",
    ]
    (one,) = ask(knowledge, app(*facts), when=["permission:a.*"], subject="both")
    assert (one.subject, one.message, len(one.evidence)) == ("com.example/both", "both a.CAMERA, a.MIC 34", 2)


def test_a_duty_ends_with_its_answer_its_platform_or_its_target(knowledge):
    question = {"when": ["permission:a.CAMERA"]}

    assert ask(knowledge, app(CAMERA), **question)
    assert not ask(knowledge, app(CAMERA, Fact("feature", "x")), without=["feature:x"], **question)
    assert not ask(knowledge, app(CAMERA), **{"and": ["feature:x"]}, **question)
    assert not ask(knowledge, app(CAMERA, platform="ios"), platform="android", **question)
    assert not ask(knowledge, app(CAMERA, target="33"), target=[34, 10_000], **question)
    assert ask(knowledge, app(CAMERA, target="Preview"), target=[34, 10_000], **question)


def test_a_dead_fact_counts_only_where_its_condition_is_asked_for(knowledge):
    assert not ask(knowledge, app(DEAD), when=["permission:*"])
    assert [f.evidence for f in ask(knowledge, app(DEAD, CAMERA), when=["permission:*"], conditions=["dead"])] == [
        (DEAD,)
    ]


def test_a_verdict_is_needed_where_one_is_asked_for(knowledge):
    quote = Disclosure("policy", "camera", "vague", "We use sensors.", Location("policy.txt"))
    cell = Assessment("camera", "app.apk", "vague", disclosures=(quote,))
    question = {"when": ["permission:a.CAMERA"], "category": "camera", "verdicts": ["vague"]}

    assert not ask(knowledge, app(CAMERA), **question)
    assert not ask(knowledge, app(CAMERA), Assessment("camera", "app.apk", "silent"), **question)
    (found,) = ask(knowledge, app(CAMERA), cell, **question)
    assert (found.document, found.category, found.quotes) == ("policy.txt", "camera", (quote,))


def test_several_questions_share_what_they_leave_out(knowledge):
    cases = [{"when": ["permission:a.CAMERA"], "without": ["permission:b"]}, {"when": ["feature:x"]}]
    found = ask(knowledge, app(CAMERA, Fact("feature", "x")), target=[30, 40], case=cases)

    assert [f.subject for f in found] == ["com.example/a.CAMERA", "com.example/x"]
    assert not ask(knowledge, app(CAMERA), target=[35, 40], case=cases)


@pytest.mark.parametrize("params", [{}, {"when": []}, {"when": ["permission:a"], "whit": ["x"]}])
def test_a_parameter_that_does_not_exist_is_an_error_of_the_mappings(knowledge, params):
    with pytest.raises(MappingError, match=r"rules/PC399\.toml: with\."):
        ask(knowledge, app(CAMERA), **params)


def test_an_app_without_a_target_has_none():
    assert target_sdk(AppFacts("a", "ios", "", "", "", "")) == 0
