"""Each kind of cue is declared once, with an example in which it speaks and one in which similar words do not."""

from pathlib import Path

import pytest

from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge, load_knowledge
from permcheck.knowledge.cue import KINDS, CueKind
from permcheck.reading.language import lexicon_for
from permcheck.reading.sentence import Sentence

NOT_IN_ENGLISH = ("also",)


def heard(text: str, kind: CueKind, knowledge: Knowledge, language: str) -> int:
    return len(Sentence(text, 0, len(text), lexicon_for(knowledge, language)).of(kind))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in NOT_IN_ENGLISH])
def test_a_kind_is_heard_in_its_example_and_not_beside_it(kind: CueKind, knowledge: Knowledge) -> None:
    declared = KINDS[kind]
    assert heard(declared.positive, kind, knowledge, "en") > heard(declared.negative, kind, knowledge, "en")


def test_what_english_lacks_is_heard_elsewhere(knowledge: Knowledge) -> None:
    assert heard("当社は写真を読み取ることも、送ることもありません。", "also", knowledge, "ja")


def test_every_kind_is_used_by_a_language(knowledge: Knowledge) -> None:
    used = {kind for language in knowledge.languages.values() for kind in language.cues}
    assert used == set(KINDS)


def test_an_unknown_kind_is_refused_with_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "xx.toml").write_text('code = "xx"\ntitle = "X"\n\n[cue]\nnegatoin = ["no"]\n')
    with pytest.raises(MappingError, match=r"xx\.toml:5: cue\.negatoin: .* did you mean 'negation'\?"):
        load_knowledge((tmp_path,))


@pytest.mark.parametrize(
    ("between", "verdict"),
    [("", 1), ("so very much ", 0)],
)
def test_a_cue_reaches_as_far_as_it_declares(between: str, verdict: int, knowledge: Knowledge) -> None:
    """What is "instead of" something else stands within three words."""
    from permcheck.reading.context import speaking  # noqa: PLC0415  (beside the one test that needs it)

    text = f"We use Bluetooth instead of {between}your location."
    sentence = Sentence(text, 0, len(text), lexicon_for(knowledge, "en"))
    (location,) = [one for one in sentence.mentions if one.category == "location" and one.grade == "clear"]
    found = speaking(sentence, "replaced", sentence.name(location)[0], location.end)
    assert (found is not None) == bool(verdict)
