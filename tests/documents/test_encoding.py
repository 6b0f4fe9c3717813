"""Characters arrive right whatever the file's encoding is."""

import codecs

import pytest

from permcheck.documents.encoding import Decoded, decode

CHINESE = "我们会收集您的手机号码，用于注册账号和为您提供服务。您可以在设置中关闭相机权限。" * 3
JAPANESE = "当社はお客様の位置情報を取得し、サービスの提供のために利用します。カメラはコードの読み取りに使います。" * 4
RUSSIAN = (
    "Мы собираем данные о местоположении, чтобы показывать погоду. Камера нужна для чтения кодов на приборах. " * 4
)
GERMAN = "Wir verwenden die Kamera, um Geräte hinzuzufügen. Ihre Fotos gehören Ihnen und werden nicht geprüft. " * 4


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "gb18030"),
        (CHINESE, "gbk"),
        (CHINESE, "utf-16-le"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        (RUSSIAN, "cp1251"),
        (GERMAN, "cp1252"),
        (GERMAN, "utf-16-be"),
        ("plain words only", "ascii"),
    ],
)
def test_unmarked_text(text: str, encoding: str):
    data = text.encode(encoding)
    if encoding == "utf-16-le":
        data = codecs.BOM_UTF16_LE + data
    found = decode(data)
    assert found is not None
    assert found.text == text
    assert found.lost == 0


@pytest.mark.parametrize(
    ("label", "codec"), [("gb2312", "gb18030"), ("shift_jis", "cp932"), ("iso-8859-1", "cp1252"), ("big5", "big5")]
)
def test_a_declared_encoding_is_honoured(label: str, codec: str):
    text = {"gb18030": "删除账号", "cp932": "位置情報", "cp1252": "Geräte – hier", "big5": "隱私權政策"}[codec]
    data = f'<meta charset="{label}"><p>{text}</p>'.encode(codec)
    found = decode(data)
    assert found is not None
    assert text in found.text


def test_a_declaration_that_the_bytes_contradict_loses():
    found = decode(f'<meta charset="gb2312"><p>{CHINESE}</p>'.encode())
    assert found is not None
    assert CHINESE in found.text


def test_a_byte_order_mark_is_no_text():
    found = decode(codecs.BOM_UTF8 + "Grüße".encode())
    assert found is not None
    assert found.text == "Grüße"


def test_damaged_utf8_counts_what_is_lost():
    found = decode((GERMAN * 3).encode()[:-40] + b"\xc3 und mehr")
    assert found is not None
    assert found.encoding == "utf-8"
    assert found.lost == 1


@pytest.mark.parametrize("data", [b"\x7fELF\0\0\0\1" * 40, b"\x00\x01\x02\x03" * 99, bytes(range(1, 9)) * 50])
def test_binary_data_is_refused(data: bytes):
    assert decode(data) is None


def test_western_text_without_a_declaration_is_read_as_browsers_do():
    text = "Nous utilisons la caméra de votre téléphone pour scanner le code à côté de la lampe, et rien n’est gardé. "
    assert decode((text * 3).encode("cp1252")) == Decoded(text * 3, "cp1252")


def test_other_alphabets_are_no_western_text():
    polish = (
        "Nie zbieramy danych, które nie są nam potrzebne, i nie udostępniamy ich nikomu bez zgody użytkownika. " * 9
    )
    found = decode(polish.encode("cp1250"))
    assert found is not None
    assert found.encoding != "cp1252"
