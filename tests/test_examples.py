"""Every rule and every category carries examples, and every example comes true in the real pipeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from permcheck import examples
from permcheck.knowledge import load_knowledge
from permcheck.knowledge.validation import Places

KNOWLEDGE = load_knowledge()
PLACES = Places(None)


@pytest.mark.parametrize("rule", KNOWLEDGE.rules.values(), ids=lambda rule: rule.id)
def test_rule(rule):
    assert list(examples.rule_problems(rule, KNOWLEDGE, PLACES)) == []


@pytest.mark.parametrize("category", KNOWLEDGE.categories.values(), ids=lambda category: category.id)
def test_category(category):
    assert list(examples.category_problems(category, KNOWLEDGE, PLACES)) == []


def test_every_file_has_the_declared_shape():
    assert list(examples.shape_problems()) == []


def test_stale_rules_are_listed_from_their_day_on():
    rule = replace(KNOWLEDGE.rules["PC101"], checked="2026-12-01")
    knowledge = replace(KNOWLEDGE, rules={"PC101": rule})
    told = list(examples.stale(30, date(2026, 12, 31), knowledge))
    assert told == [f"rules/PC101.toml: compared 2026-12-01, 30 days ago: {', '.join(rule.references)}"]
    assert list(examples.stale(30, date(2026, 12, 30), knowledge)) == []


def test_a_rule_that_was_never_compared_is_always_stale():
    rule = replace(KNOWLEDGE.rules["PC101"], checked="")
    (line,) = examples.stale(100_000, date(2026, 12, 31), replace(KNOWLEDGE, rules={"PC101": rule}))
    assert line.startswith("rules/PC101.toml: never compared: https://")


def test_no_two_signals_of_a_category_say_the_same():
    for category in KNOWLEDGE.categories.values():
        keys = [(signal.platform, signal.kind, signal.key) for signal in category.signals]
        assert sorted(set(keys)) == sorted(keys), category.id


def test_rule_names_are_unique():
    names = [rule.name for rule in KNOWLEDGE.rules.values()]
    assert sorted(set(names)) == sorted(names)
