"""Every rule and every category carries examples, and every example comes true in the real pipeline."""

from __future__ import annotations

import pytest

from permcheck import examples
from permcheck.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()


@pytest.mark.parametrize("rule", KNOWLEDGE.rules.values(), ids=lambda rule: rule.id)
def test_rule(rule):
    assert list(examples.rule_problems(rule, KNOWLEDGE)) == []


@pytest.mark.parametrize("category", KNOWLEDGE.categories.values(), ids=lambda category: category.id)
def test_category(category):
    assert list(examples.category_problems(category, KNOWLEDGE)) == []


def test_every_placeholder_pattern_is_sound():
    assert list(examples.placeholder_problems(KNOWLEDGE)) == []


def test_every_sdk_is_well_formed():
    assert list(examples.sdk_problems(KNOWLEDGE)) == []


def test_no_two_signals_of_a_category_say_the_same():
    for category in KNOWLEDGE.categories.values():
        keys = [(signal.platform, signal.kind, signal.key) for signal in category.signals]
        assert sorted(set(keys)) == sorted(keys), category.id


def test_rule_names_are_unique():
    names = [rule.name for rule in KNOWLEDGE.rules.values()]
    assert sorted(set(names)) == sorted(names)
