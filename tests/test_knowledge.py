"""The mappings are read strictly, cached safely, and a company can lay its own over ours."""

from __future__ import annotations

import json
import os

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
        (
            'id = "tea"\ntitle = "Tea"\nmeaning = "Leaves."\ntitel = "x"\n',
            "tea.toml:4: titel: unknown key 'titel'",
        ),
        ('id = "tea"\nmeaning = "Leaves."\n', "tea.toml:1: missing key 'title'"),
        ('id = "coffee"\ntitle = "Tea"\nmeaning = "Leaves."\n', "id 'coffee' does not match the file name"),
        (
            'id = "tea"\ntitle = "Tea"\nmeaning = "Leaves."\norder = "first"\n',
            "tea.toml:4: order: expected a whole number",
        ),
        (
            'id = "tea"\ntitle = "Tea"\nmeaning = "Leaves."\ngated = ["amiga"]\n',
            "gated[0]: 'amiga' is none of android",
        ),
        (
            'id = "tea"\ntitle = "T"\nmeaning = "L."\nsignal = [{platform = "ios", kind = "entitlement", key = "t"}]\n',
            "tea.toml:4: signal[0]: missing key 'source'",
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
    assert list(tmp_path.rglob("mappings-*.index"))
    assert (first.digest, first.categories, first.rules) == (second.digest, second.categories, second.rules)


@pytest.mark.parametrize("content", ["", "{", '{"sections": 7}', "\x00"])
def test_a_damaged_cache_is_built_anew(tmp_path, monkeypatch, content):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    before = load_knowledge()
    for file in tmp_path.rglob("mappings-*.index"):
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


def cache_of(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    knowledge = load_knowledge()
    (file,) = tmp_path.rglob("mappings-*.index")
    return knowledge, file


def test_the_cache_is_the_user_s_alone(tmp_path, monkeypatch):
    old = os.umask(0)
    try:
        _, file = cache_of(tmp_path, monkeypatch)
    finally:
        os.umask(old)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def poison(file):
    """Lower every rule, under a digest that is right for that."""
    _, _, body = file.read_bytes().partition(b"\n")
    tables = json.loads(body)
    for rule in tables["rules"].values():
        rule["severity"] = "note"
    return sources.index_from(tables)


def test_a_cache_that_was_changed_is_built_anew(tmp_path, monkeypatch):
    knowledge, file = cache_of(tmp_path, monkeypatch)
    head, _, _ = file.read_bytes().partition(b"\n")
    file.write_bytes(head + b"\n" + poison(file).partition(b"\n")[2])
    again = load_knowledge()
    assert (again.rules, again.digest) == (knowledge.rules, knowledge.digest)


@pytest.mark.parametrize("how", ["file", "directory", "link", "owner"])
def test_a_cache_that_another_could_have_written_is_not_read(tmp_path, monkeypatch, how):
    knowledge, file = cache_of(tmp_path, monkeypatch)
    file.write_bytes(poison(file))
    if how == "file":
        file.chmod(0o666)
    elif how == "directory":
        file.parent.chmod(0o777)
    elif how == "link":
        file.rename(tmp_path / "elsewhere")
        file.symlink_to(tmp_path / "elsewhere")
    else:
        monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    assert load_knowledge().rules == knowledge.rules


def test_what_a_cache_of_our_own_says_shows_in_the_digest(tmp_path, monkeypatch):
    knowledge, file = cache_of(tmp_path, monkeypatch)
    file.write_bytes(poison(file))
    file.chmod(0o600)
    assert load_knowledge().digest != knowledge.digest


def test_no_cache_is_read_or_kept_inside_the_working_directory(tmp_path, monkeypatch):
    knowledge, file = cache_of(tmp_path, monkeypatch)
    file.write_bytes(poison(file))
    monkeypatch.chdir(tmp_path)
    assert load_knowledge().rules == knowledge.rules
    file.unlink()
    load_knowledge()
    assert not file.exists()
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    load_knowledge()
    assert list(tmp_path.rglob("*.index")) == []


def test_a_company_s_changes_are_counted(company):
    directory = company(
        rules__PC101='id = "PC101"\nseverity = "note"\n',
        rules__PC103='id = "PC103"\nconfidence = "low"\n',
        rules__PC102='id = "PC102"\nseverity = "error"\n',
        rules__PC104='id = "PC104"\nwhy = "Because."\n',
        categories__camera='id = "camera"\nmeaning = "x"\n',
    )
    (overlay,) = load_knowledge([directory]).overlays
    assert overlay.effect == "2 rules lowered, 1 rule raised, 1 rule reworded, 1 categories changed"
    assert overlay.path == directory.as_posix()


def test_mappings_that_are_nested_to_death_get_one_line(company):
    with pytest.raises(MappingError, match=r"PC101\.toml: nested too deeply"):
        load_knowledge([company(rules__PC101="a=" + "[" * 5000 + "]" * 5000)])
