"""The ordered table that decides: a policy for each rule; and what a mention says that claims nothing."""

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.policy import declare
from permcheck.reading.decide import RULES, decide

OPENING = "This statement tells you how we treat what you give to us and which rights you have.\n\n"
SPEAKS = {
    "contradicted": ("contacts", "We collect your contacts.\n\nWe do not collect your contacts."),
    "disclosed": ("camera", "We use the camera of your phone."),
    "denied": ("camera", "We do not use the camera of your phone."),
    "denied with an exception": ("calendar", "We do not read your calendar unless a court orders us to."),
    "disclosed by a wider category": ("location-approximate", "We collect your precise location."),
    "denied with a hedge": ("calendar", "We generally do not read your calendar."),
    "disclosed elsewhere only": ("camera", "The doorbell records with its camera."),
    "unfilled": ("camera", "We use the camera to [describe the function]."),
    "vague": ("contacts", "Zorblax reads your contacts."),
    "only sharing is denied": ("contacts", "We do not sell your contacts."),
    "denied in part": ("contacts", "We do not use your contacts to send you advertisements."),
    "silent": ("camera", "We send you a letter."),
}


@pytest.mark.parametrize("rule", SPEAKS)
def test_a_rule_speaks_where_none_before_it_does(rule: str, knowledge: Knowledge) -> None:
    category, text = SPEAKS[rule]
    said = declare(document_from_text(OPENING + text, "policy.txt"), knowledge).disclosures
    assert decide(knowledge.categories[category], said, None, knowledge).rule == rule


def test_the_last_rule_always_answers() -> None:
    assert RULES[-1][0] == "silent"
    assert len({name for name, _ in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("text", "category", "reason", "cue"),
    [
        ("The courier uses the camera.", "camera", "another-actor", "courier"),
        ("A future version will use the camera.", "camera", "planned", "future version"),
        ("Earlier versions used the camera.", "camera", "past", "Earlier versions"),
        ("We do not collect the location of children.", "location", "children", ""),
        ("You must not film others with the camera.", "camera", "readers-own-act", "You must not film"),
    ],
)
def test_a_mention_that_claims_nothing_says_why(
    text: str, category: str, reason: str, cue: str, knowledge: Knowledge
) -> None:
    policy = declare(document_from_text(OPENING + text, "policy.txt"), knowledge)
    (rejected,) = [item for item in policy.rejections if item.category == category]
    assert (rejected.reason, rejected.cue, rejected.quote) == (reason, cue, text)
    assert rejected.location.span is not None
    assert rejected.location.span.line == 3


def test_only_a_category_that_is_named_nowhere_has_no_mention(knowledge: Knowledge) -> None:
    policy = declare(document_from_text(OPENING + "We use the camera of your phone.", "policy.txt"), knowledge)
    named = {item.category for item in (*policy.disclosures, *policy.rejections)}
    assert "camera" in named
    assert "calendar" not in named
