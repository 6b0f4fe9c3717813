"""The clauses that permcheck offers for a gap close the gap, and carry open points that it flags itself."""

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.model import Disclosure, Location
from permcheck.placeholders import scan_text
from permcheck.policy import declare, verdict

LANGUAGES = ("de", "en", "es", "fr", "ja", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_category_offers_a_clause_whose_open_points_are_flagged(knowledge: Knowledge, language: str) -> None:
    for category in knowledge.categories.values():
        if category.judged:
            draft = category.drafts[language]
            flagged = [slot.text for slot in scan_text(draft, Location("draft"), knowledge)]
            assert len(flagged) >= draft.count("["), (category.id, flagged)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clause_speaks_of_its_category(knowledge: Knowledge, language: str) -> None:
    for category in knowledge.categories.values():
        if category.judged:
            filled = category.drafts[language].replace("[", "").replace("]", "")
            found = {item.category for item in declare(document_from_text(filled, "draft.txt"), knowledge).disclosures}
            assert category.id in found, (category.id, filled)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clause_as_it_is_offered_leaves_the_gap_open(knowledge: Knowledge, language: str) -> None:
    for category in knowledge.categories.values():
        if category.judged:
            said = declare(document_from_text(category.drafts[language], "draft.txt"), knowledge).disclosures
            told = [name for name in knowledge.categories if _verdict(name, said, knowledge) == "disclosed"]
            assert (_verdict(category.id, said, knowledge), told) == ("placeholder-only", []), category.id


def _verdict(category: str, said: tuple[Disclosure, ...], knowledge: Knowledge) -> str:
    return verdict(knowledge.categories[category], said, None, knowledge)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clause_tells_its_category_and_denies_no_other(knowledge: Knowledge, language: str) -> None:
    for category in knowledge.categories.values():
        if category.judged:
            filled = category.drafts[language].replace("[", "").replace("]", "")
            disclosures = declare(document_from_text(filled, "draft.txt"), knowledge).disclosures
            found = {
                other.id: verdict(other, disclosures, None, knowledge)[0]
                for other in knowledge.categories.values()
                if other.judged
            }
            assert found[category.id] == "disclosed", (category.id, filled)
            assert not {"denied", "contradicted"} & set(found.values()), (category.id, filled)
