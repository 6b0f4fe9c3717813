"""Names among the strings of a binary, and Apple's own code beside the app's."""

from __future__ import annotations

from pathlib import Path

import pytest

from permcheck.bundles import open_bundle
from permcheck.facts.ios import macho
from permcheck.model import Fact, Location
from tests.builders.ipa import app, archive
from tests.builders.macho import Binary, build

LENS = "_OBJC_CLASS_$_CLLocationManager"
WANTED = {"class": frozenset({"CLLocationManager"}), "host": frozenset({"api.openai.com"})}


def keys(binary: Binary, kind: str) -> list[str]:
    found = macho.read_binary(build(binary), Location("Lamp"), WANTED)
    return [one.key for one in found if isinstance(one, Fact) and one.kind == kind]


@pytest.mark.parametrize("text", ["https://api.openai.com/v1/chat", "api.openai.com", "wss://api.openai.com"])
def test_the_address_of_a_service_is_found(text: str) -> None:
    assert keys(Binary(strings=("first", text, "last")), "host") == ["api.openai.com"]


@pytest.mark.parametrize("text", ["https://api.openai.com.evil.example", "notapi.openai.com", "openai"])
def test_a_longer_name_is_another_service(text: str) -> None:
    assert keys(Binary(strings=("first", text, "last")), "host") == []


def test_apples_copy_of_the_swift_runtime_is_not_the_apps_code(tmp_path: Path) -> None:
    path = tmp_path / "lamp.ipa"
    lens = build(Binary(imports=(LENS,), kind=6))
    members = {
        "Lamp": build(Binary()),
        "Frameworks/libswiftCoreLocation.dylib": lens,
        "Frameworks/libswiftLamp.dylib": lens,
    }
    path.write_bytes(archive(app(members)))
    found = macho.extract(open_bundle(path, "lamp.ipa"), WANTED)
    places = [one.location.path for one in found if isinstance(one, Fact) and one.kind == "class"]
    assert places == ["lamp.ipa!/Payload/Lamp.app/Frameworks/libswiftLamp.dylib"]
