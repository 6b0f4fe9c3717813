"""Phrases are found as they are written in the mappings, and nothing else is."""

import pytest

from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Category, Language, Phrases
from permcheck.reading.lexicon import Lexicon, Term, compile_lexicon, tokenize, words_of


def phrasebook(*clear: str, veto: tuple[str, ...] = ()) -> Knowledge:
    thing = Category("thing", "Thing", "A thing.", phrases={"en": Phrases(clear=clear, veto=veto)})
    other = Category("other", "Other", "Another.", phrases={"en": Phrases(clear=("other thing",))})
    return Knowledge("", {"thing": thing, "other": other}, {}, {"en": Language("en", "English")}, {})


def found(text: str, *clear: str, veto: tuple[str, ...] = ()) -> list[str]:
    lexicon: Lexicon = compile_lexicon(phrasebook(*clear, veto=veto), "en")
    tokens = tokenize(text)
    hits = [hit for hit in lexicon.named([token.text for token in tokens]) if hit.term == Term("clear", "thing")]
    return [text[tokens[hit.start].start : tokens[hit.end - 1].end] for hit in hits]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("wi fi", "Wi-Fi and WiFi, not wifi", ["Wi-Fi", "WiFi"]),
        ("photo|photos album", "the Photos album", ["Photos album"]),
        ("precise? location", "location, precise location", ["location", "precise location", "location"]),
        ("geofenc*", "Geofencing works", ["Geofencing"]),
        ("take .. photos", "take a few more photos", ["take a few more photos"]),
        ("take .. photos", "take one two three four five photos", []),
        ("closed|not_in_use app", "a not in use app", ["not in use app"]),
        ("microphone & record*", "Recordings come from the microphone", ["microphone"]),
        ("microphone & record*", "the microphone is off", []),
        ("thing & @other", "a thing and other thing", ["thing", "thing"]),
        ("health kit", "HealthKit", ["HealthKit"]),
        ("位置 信息|权限", "获取位置权限", ["位置权限"]),
        ("相机", "使用相机拍照", ["相机"]),
        ("phone", "an iPhone", []),
        ("read contacts", "READ_CONTACTS", ["READ_CONTACTS"]),
    ],
)
def test_phrase_syntax(phrase: str, text: str, expected: list[str]) -> None:
    assert found(text, phrase) == expected


def test_joined_words_part_where_a_capital_follows() -> None:
    assert [token.text for token in tokenize("byLamp dataWe")] == ["by", "lamp", "data", "we"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("your locationand contacts", ["your", "location", "and", "contacts"]),
        ("contactsor photos", ["contacts", "or", "photos"]),
        ("HomeKit dataand more", ["home", "kit", "data", "and", "more"]),
        ("a brand of sensor", ["a", "brand", "of", "sensor"]),
        ("expand the indoor error", ["expand", "the", "indoor", "error"]),
        ("an operator, editor or processor", ["an", "operator", "editor", "or", "processor"]),
        ("the thousand doors of a visitor", ["the", "thousand", "doors", "of", "a", "visitor"]),
        ("we collect and", ["we", "collect", "and"]),
    ],
)
def test_a_joining_word_that_lost_its_space_parts(text: str, expected: list[str], knowledge: Knowledge) -> None:
    parts = compile_lexicon(knowledge, "en").parts
    tokens = tokenize(text, parts=parts)
    assert [token.text for token in tokens] == expected == words_of(text, 0, len(text), parts)
    assert [text[token.start : token.end].lower() for token in tokens] == expected


def test_an_unknown_category_in_a_phrase_is_told() -> None:
    with pytest.raises(MappingError, match="nowhere"):
        compile_lexicon(phrasebook("thing & @nowhere"), "en")


def test_a_phrase_without_words_is_told() -> None:
    with pytest.raises(MappingError, match="no words"):
        compile_lexicon(phrasebook("--"), "en")


def test_no_phrase_names_a_category_by_a_word_of_every_policy(knowledge: Knowledge) -> None:
    everyday = {
        "en": "data information content use text app device system user account service settings page share",
        "zh": "信息 数据 内容 使用 权限 功能 设备 系统 用户 账号 服务 设置 页面 分享 读取 保存",
        "ja": "情報 データ 内容 利用 使用 権限 機能 端末 利用者 設定 表示 送信 保存 入力",
        "de": "Daten Informationen Inhalt App Gerät System Nutzer Konto Dienst Einstellungen",
        "fr": "données informations contenu application appareil utilisateur compte service réglages",
        "es": "datos información contenido aplicación dispositivo usuario cuenta servicio ajustes",
    }
    for language, words in everyday.items():
        lexicon = compile_lexicon(knowledge, language)
        for word in words.split():
            named = [
                hit.term for hit in lexicon.named(words_of(word, 0, len(word))) if hit.term.group in ("clear", "vague")
            ]
            assert named == [], (language, word)
