"""The mappings are read strictly, cached safely, and a company can lay its own over ours."""

from __future__ import annotations

import pytest

from permcheck.errors import MappingError, UsageError
from permcheck.knowledge import Knowledge, load_knowledge, sources
from permcheck.model import Fact


@pytest.fixture
def company(tmp_path):
    def write(**files):
        for name, text in files.items():
            section, _, stem = name.partition("__")
            path = tmp_path / section / f"{stem}.toml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('id = "tea"\ntitle = "Tea"\nmeaning = "Leaves."\ntitel = "x"\n', "tea.toml: unknown key 'titel'"),
        ('id = "tea"\nmeaning = "Leaves."\n', "tea.toml: missing key 'title'"),
        ('id = "coffee"\ntitle = "Tea"\nmeaning = "Leaves."\n', "id 'coffee' does not match the file name"),
        ('id = "tea"\ntitle = "Tea"\nmeaning = "Leaves."\norder = "first"\n', "order: expected int, found str"),
        ('id = "tea"\ntitle = "Tea"\nmeaning = "Leaves."\ngated = ["amiga"]\n', "'amiga' is none of android, ios"),
        (
            'id = "tea"\ntitle = "T"\nmeaning = "L."\nsignal = [{platform = "ios", kind = "entitlement", key = "t"}]\n',
            "signal[0]: missing key 'source'",
        ),
        ("id = tea\n", "line 1"),
    ],
)
def test_a_broken_mapping_names_file_and_key(company, text, complaint):
    with pytest.raises(MappingError) as error:
        load_knowledge([company(categories__tea=text)])
    assert "tea.toml" in str(error.value)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_a_company_adds_a_category_and_extends_one_of_ours(company):
    directory = company(
        categories__tea='id = "tea"\ntitle = "Tea"\nmeaning = "Leaves."\n',
        categories__camera=(
            'title = "Camera (reviewed)"\n[[signal]]\nplatform = "android"\nkind = "permission"\n'
            'key = "com.acme.permission.LENS"\nsource = "https://developer.android.com/"\n'
        ),
    )
    ours, theirs = load_knowledge(), load_knowledge([directory])
    assert "tea" in theirs.categories
    assert "tea" not in ours.categories
    assert theirs.categories["camera"].title == "Camera (reviewed)"
    assert theirs.categories["camera"].meaning == ours.categories["camera"].meaning
    assert len(theirs.categories["camera"].signals) == len(ours.categories["camera"].signals) + 1
    assert theirs.digest != ours.digest


def test_the_cached_index_says_what_the_sources_say(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first, second = load_knowledge(), load_knowledge()
    assert list(tmp_path.rglob("mappings-*.json"))
    assert (first.digest, first.categories, first.rules) == (second.digest, second.categories, second.rules)


@pytest.mark.parametrize("content", ["", "{", '{"sections": 7}', "\x00"])
def test_a_damaged_cache_is_built_anew(tmp_path, monkeypatch, content):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    before = load_knowledge()
    for file in tmp_path.rglob("mappings-*.json"):
        file.write_text(content)
    assert load_knowledge().categories == before.categories


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path, monkeypatch):
    blocker = tmp_path / "file"
    blocker.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocker))
    assert load_knowledge().categories


def test_a_changed_source_changes_the_digest():
    assert sources.digest_of({"a": b"1"}) != sources.digest_of({"a": b"2"})
    assert sources.digest_of({"a": b"1"}) != sources.digest_of({"a1": b""})


def test_prefix_signals_and_conditions(company):
    directory = company(
        categories__tea=(
            'id = "tea"\ntitle = "Tea"\nmeaning = "Leaves."\n'
            '[[signal]]\nplatform = "android"\nkind = "permission"\nkey = "tea.permission.*"\nunless = "herbal"\n'
            'source = "https://developer.android.com/"\n'
        )
    )
    knowledge = load_knowledge([directory])

    def named(key, *condition):
        fact = Fact("permission", key, condition=condition)
        return [category.id for category, _ in knowledge.signals_for("android", fact)]

    assert named("tea.permission.POUR") == ["tea"]
    assert named("tea.permission.POUR", "herbal") == []
    assert named("coffee.permission.POUR") == []


def test_find_by_id_name_and_near_miss(knowledge: Knowledge):
    assert knowledge.find("camera").id == "camera"
    assert knowledge.find("pc101").id == "PC101"
    assert knowledge.find("undisclosed-permission").id == "PC101"
    with pytest.raises(UsageError, match=r"did you mean.*camera"):
        knowledge.find("camra")
