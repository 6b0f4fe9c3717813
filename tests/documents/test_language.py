"""Every block knows its language; short ones take that of their surroundings."""

import pytest

from permcheck.documents import document_from_text
from permcheck.documents.language import detect

SAMPLES = {
    "en": "We use the camera of your phone to scan the code, and you can turn it off.",
    "de": "Wir nutzen die Kamera Ihres Telefons, um den Code zu lesen, und Sie können das abschalten.",
    "fr": "Nous utilisons la caméra de votre téléphone pour lire le code et vous pouvez la désactiver.",
    "es": "Usamos la cámara de su teléfono para leer el código y usted puede desactivarla en los ajustes.",
    "it": "Usiamo la fotocamera del telefono per leggere il codice e può essere disattivata con le impostazioni.",
    "nl": "Wij gebruiken de camera van uw telefoon om de code te lezen en dat kunt u niet voor anderen wijzigen.",
    "pt": "Usamos a câmera do seu telefone para ler o código e você pode desativar isso com os ajustes.",
    "pl": "Używamy aparatu w telefonie, aby odczytać kod, i nie jest on potrzebny do niczego, co nie jest opisane.",
    "zh": "我们使用相机扫描二维码，您可以在设置中关闭。",
    "zh-hant": "我們使用相機掃描二維碼，您可以在設定中關閉此權限。",
    "ja": "カメラはコードの読み取りに使い、設定で無効にできます。",
    "ko": "카메라는 코드를 읽는 데 사용되며 설정에서 끌 수 있습니다.",
    "ru": "Мы используем камеру телефона, чтобы прочитать код, и вы можете это отключить.",
}


@pytest.mark.parametrize("code", SAMPLES)
def test_detect(code: str):
    assert detect(SAMPLES[code]) == code


@pytest.mark.parametrize("text", ["", "12345", "Lumo", "***"])
def test_too_little_tells_nothing(text: str):
    assert detect(text) == ""


def test_a_brand_name_in_latin_letters_does_not_turn_chinese_around():
    assert detect("我们使用 Google Maps SDK 提供 Lumo Home 服务。") == "zh"


def test_mixed_documents_are_told_block_by_block():
    text = "\n\n".join(["Camera", SAMPLES["en"], "Kamera", SAMPLES["de"], "OK.", SAMPLES["zh"]])
    found = document_from_text(text, "p.txt")
    assert [b.language for b in found.blocks] == ["en", "en", "de", "de", "de", "zh"]


def test_japanese_headings_without_kana_are_japanese():
    found = document_from_text(f"個人情報\n\n{SAMPLES['ja'] * 3}\n\n位置情報\n\n{SAMPLES['ja'] * 3}", "p.txt")
    assert {b.language for b in found.blocks} == {"ja"}


def test_two_words_of_another_language_in_a_short_line_change_nothing():
    found = document_from_text(f"{SAMPLES['en']}\n\nDe la Cruz y Asociados\n\n{SAMPLES['en']}", "p.txt")
    assert [b.language for b in found.blocks] == ["en", "en", "en"]


@pytest.mark.parametrize(
    "text",
    [
        "Access: view all data",
        "Access: view all data\n\nStorage: data, data and data",
        "CONSENT_DATA DAN_INI de_facto",
        "Dan Ini Yang and Sons",
        "data data data",
        "Il Le La Los",
    ],
)
def test_constants_names_and_one_word_alone_tell_no_language(text: str):
    assert detect(text) == ""


def test_short_entries_of_a_list_are_of_the_language_around_them():
    said = "We use the camera of your phone to scan the code that stands on the lamp.\n\n"
    entries = "- Access: view all data\n- Datos de la app\n- En de data van het\n- Die Camera und der Ton\n\n"
    found = document_from_text(f"{said}{entries}{said}", "p.txt")
    assert {block.language for block in found.blocks} == {"en"}


def test_entries_after_a_paragraph_of_another_language_are_of_that():
    said = "We use the camera of your phone to scan the code that stands on the lamp.\n\n" * 3
    other = "Usamos la cámara de su teléfono para leer el código que está en la lámpara de su casa.\n\n"
    found = document_from_text(f"{said}{other}- Datos de la app\n- Cámara\n\n{other}{said}", "p.txt")
    assert [block.language for block in found.blocks if block.kind == "item"] == ["es", "es"]
