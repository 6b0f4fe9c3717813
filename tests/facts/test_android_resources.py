"""Resource tables: every layout that build tools write gives the same values."""

import pytest

from permcheck.errors import BundleError
from permcheck.facts.android.resources import Resources
from permcheck.facts.android.xml import Value
from tests.builders.arsc import compile_table

RESOURCES = {
    "string": {
        "app": {"": "Halden Home", "de": "Halden Zuhause", "pt-BR": "Halden Casa"},
        "unused": {"fr": "seulement"},
        "alias": {"": "@0x7f030001"},
        "loop": {"": "@0x7f030002"},
    },
    "integer": {"limit": {"": 28}},
    "bool": {"on": {"": True}},
}


def table(**options):
    raw, ids = compile_table("com.example.app", RESOURCES, **options)
    return Resources(raw, "app.apk!/resources.arsc"), ids


@pytest.mark.parametrize("utf8", [True, False])
@pytest.mark.parametrize("form", ["plain", "sparse", "short", "compact"])
def test_every_layout_gives_the_same_values(form, utf8):
    resources, ids = table(form=form, utf8=utf8)

    assert {entry.locale: entry.value.text for entry in resources.values(ids["string/app"])} == {
        "": "Halden Home",
        "de": "Halden Zuhause",
        "pt-BR": "Halden Casa",
    }
    assert resources.resolve(Value(1, ids["integer/limit"])) == Value(0x10, 28)
    assert resources.resolve(Value(1, ids["bool/on"])) == Value(0x12, 0xFFFFFFFF)


def test_strings_are_listed_with_name_and_locale():
    resources, _ = table()

    assert {(e.locale, e.name, e.value.text) for e in resources.entries("string") if e.value.text} == {
        ("", "app", "Halden Home"),
        ("de", "app", "Halden Zuhause"),
        ("pt-BR", "app", "Halden Casa"),
        ("fr", "unused", "seulement"),
    }


def test_references_are_followed_and_circles_end():
    resources, ids = table()
    raw, _ = compile_table("a", {"string": {"one": {"": f"@0x{0x7F010000:08x}"}}})

    assert resources.resolve(Value(1, ids["string/alias"])).text == "Halden Home"
    assert Resources(raw, "x").resolve(Value(1, 0x7F010000)) is None
    assert resources.resolve(Value(1, 0x7F99FFFF)) is None
    assert resources.resolve(Value(1, 0x01040000)) is None


def test_a_damaged_table_is_told_with_its_place():
    raw, _ = compile_table("com.example.app", RESOURCES)

    for broken in (b"", raw[:40], b"\0" * 64, raw[:12] + b"\xff" * 60):
        with pytest.raises(BundleError, match=r"^app\.apk!/resources\.arsc: damaged resource table"):
            Resources(broken, "app.apk!/resources.arsc")
