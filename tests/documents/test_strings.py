"""Localised texts tell what the app shows: values alone, in every format that translators use."""

import json

import pytest

from permcheck.documents import document_from_text
from permcheck.errors import DocumentError
from permcheck.model import Document

ARB = """{
 "@@locale": "en",
 "privacyTitle": "Privacy policy",
 "privacyBluetooth": "The app uses Bluetooth to find lamps near you, and for nothing else at all.",
 "@privacyBluetooth": {
  "description": "Tells about Bluetooth; we also collect location and contacts here",
  "placeholders": {"appName": {"type": "String", "example": "We read your calendar"}}
 },
 "privacyCamera": "{appName} uses the camera to scan codes.\\nIt keeps no picture.\\n\\nNobody sees them.",
 "lamps": "{count, plural, =0{You have no lamp} one{You have one lamp} other{You have # lamps}} in the app."
}"""
ANDROID = r"""<?xml version="1.0" encoding="utf-8"?>
<!-- We read your calendar -->
<resources xmlns:tools="http://schemas.android.com/tools">
    <string name="we_collect_contacts">The app uses Bluetooth, doesn\'t it, to find lamps near you.</string>
    <string name="camera" formatted="false">%1$s uses the <b>camera</b> to scan &amp; pair.</string>
    <string name="page"><![CDATA[<h2>Title of it</h2><p>It keeps no picture.</p>]]></string>
    <string name="url">https://lamp.example/privacy</string>
    <plurals name="lamps"><item quantity="other">You have %d lamps.</item></plurals>
</resources>"""
STRINGS = """/* We read your calendar */
"we_collect_contacts" = "The app uses Bluetooth to find lamps near you.";
// and your location
"camera" = "%@ uses the camera\\nto scan \\"codes\\" of the lamps.";
"""
PO = """# We read your calendar
msgid ""
msgstr ""
"Language: de\\n"

#. for the page of contacts
#: src/privacy.c:12
msgid "We use Bluetooth."
msgstr "Wir nutzen Bluetooth, "
"um Lampen zu finden."

msgid "The camera scans codes."
msgstr ""
"""


def texts(source: str, path: str) -> list[str]:
    return [block.text for block in read(source, path).blocks]


def read(source: str, path: str) -> Document:
    return document_from_text(source, path)


def test_arb_tells_its_values_with_parameters_as_names_and_plurals_as_several():
    assert texts(ARB, "app_en.arb") == [
        "Privacy policy",
        "The app uses Bluetooth to find lamps near you, and for nothing else at all.",
        "appName uses the camera to scan codes.",
        "It keeps no picture.",
        "Nobody sees them.",
        "You have 2 lamps in the app.",
    ]
    assert read(ARB, "app_en.arb").format == "strings"


def test_a_text_stands_where_its_value_stands():
    span = read(ARB, "app_en.arb").blocks[1].span(0, 7)
    assert (span.line, span.column) == (4, 22)


def test_android_tells_its_values_without_escapes_and_markup():
    assert texts(ANDROID, "strings.xml") == [
        "The app uses Bluetooth, doesn't it, to find lamps near you.",
        "it uses the camera to scan & pair.",
        "Title of it",
        "It keeps no picture.",
        "You have it lamps.",
    ]


def test_apple_strings_tell_their_values():
    assert texts(STRINGS, "Localizable.strings") == [
        "The app uses Bluetooth to find lamps near you.",
        "it uses the camera",
        'to scan "codes" of the lamps.',
    ]


def test_gettext_tells_translations_and_originals_without_one():
    assert texts(PO, "de.po") == ["Wir nutzen Bluetooth, um Lampen zu finden.", "The camera scans codes."]


def test_a_string_catalog_tells_values_and_keys_that_are_texts():
    catalog = {
        "sourceLanguage": "en",
        "strings": {
            "The camera scans the codes of lamps.": {"comment": "We read your calendar"},
            "bluetooth": {"localizations": {"en": {"stringUnit": {"state": "new", "value": "Bluetooth finds lamps."}}}},
        },
        "version": "1.0",
    }
    found = texts(json.dumps(catalog, indent=2), "Localizable.xcstrings")
    assert found == ["Bluetooth finds lamps.", "The camera scans the codes of lamps."]


def test_a_nested_json_tells_its_values():
    source = json.dumps({"privacy": {"we_collect_contacts": ["Bluetooth finds the lamps.", "We use {{name}} here."]}})
    assert texts(source, "en.json") == ["Bluetooth finds the lamps.", "We use name here."]


@pytest.mark.parametrize("text", ['{"a": "We use the camera', '{"a": }'])
def test_broken_json_is_refused_with_one_line(text: str):
    with pytest.raises(DocumentError, match=r"^en\.json: damaged JSON, not a policy$"):
        read(text, "en.json")


CODE = """import React from 'react';
import { Page } from './page';

export const Privacy = () => {
  const title = "Privacy policy";
  return (
    <Page title={title}>
      We use the camera of your phone to scan the pairing code of the lamp.
    </Page>
  );
};
"""


@pytest.mark.parametrize("path", ["Privacy.tsx", "privacy.txt", "privacy"])
def test_source_code_is_refused_with_one_line(path: str):
    with pytest.raises(DocumentError, match=r"source code, not a policy; give its text"):
        read(CODE, path)


@pytest.mark.parametrize(
    "text",
    [
        "We use the camera; we keep no picture; and\nwe tell nobody;\nif you ask us:\nfor a copy, you get one.\n" * 3,
        "{{company}} uses the camera.\n\nWe return nothing.\n\nfor you: the lamp\n" * 3,
    ],
)
def test_prose_is_no_code(text: str):
    assert read(text, "p.txt").format == "text"


def test_front_matter_is_no_prose_in_any_format():
    for fence in ("---", "+++"):
        front = f'{fence}\ntitle = "Privacy policy"\ndescription: We use your contacts.\n{fence}\n'
        said = "We scan the code of the lamp. " * 12
        for body, path in (
            (said, "p.txt"),
            (f"# About\n\n{said}", "p.md"),
            (f"<html><body><p>{said}</p></body></html>", "p"),
        ):
            found = read(front + body, path)
            assert not [block for block in found.blocks if "contacts" in block.text and block.region == "main"]
            assert [block.origins[0][1] for block in found.blocks if "scan" in block.text] == [7 if "#" in body else 5]


def test_fenced_code_is_no_prose_and_fenced_prose_is():
    code = '```js\nconst text = "We use your contacts";\n```\n\n'
    plain = "```\nWe scan the code that stands on the lamp.\n```\n\n"
    found = texts(f"# Privacy\n\nThe lamp glows.\n\n{code}{plain}The lamp glows.\n", "p.md")
    assert "We scan the code that stands on the lamp." in found
    assert not [text for text in found if "contacts" in text]


def test_code_on_a_page_is_no_prose():
    code = '<pre><code class="language-js">track("contacts");</code></pre>'
    looks = "<pre>function track() {\n  let contacts = read();\n  send(contacts);\n  return;\n}</pre>"
    said = "<p>We scan the code that stands on the lamp, and this is told here.</p>" * 4
    found = texts(f"<html><body>{said}{code}{looks}{said}</body></html>", "p.html")
    assert not [text for text in found if "contacts" in text]
