"""What a bundle tells of the libraries that its build put in, and of the names that a shrinker took away."""

from __future__ import annotations

from permcheck.facts.android.code import dex, libraries, mapping
from permcheck.model import Fact, Location
from tests.builders.dex import build_dex
from tests.builders.dex_bundle import bundle_of

OPEN = "android.hardware.camera2.CameraManager.openCamera"
CALL = f"call {OPEN}(java.lang.String, android.os.Handler) -> void"


def told(members: dict[str, bytes], root: str = "") -> list[tuple[str, str]]:
    return [(one.key, one.value) for one in libraries.extract(bundle_of(members, root), {}) if isinstance(one, Fact)]


def field(number: int, body: bytes) -> bytes:
    return bytes([number << 3 | 2, len(body)]) + body


def maven(group: str, artifact: str, version: str) -> bytes:
    return field(1, field(1, field(1, group.encode()) + field(2, artifact.encode()) + field(5, version.encode())))


def test_every_place_that_tells_of_a_library_is_read() -> None:
    assert told({
        "META-INF/androidx.core_core.version": b"1.9.0\n",
        "play-services-location.properties": b"version=17.1.0\nclient=play-services-location\n",
        "firebase-auth.properties": b"client=firebase-auth\n",
        "assets/notes.properties": b"version=1",
    }) == [
        ("androidx.core:core", "1.9.0"),
        ("com.google.firebase:firebase-auth", ""),
        ("com.google.android.gms:play-services-location", "17.1.0"),
    ]  # fmt: skip


def test_the_list_of_an_app_bundle_is_read_and_other_fields_are_passed_over() -> None:
    data = (
        maven("com.appsflyer", "af-android-sdk", "6.1")
        + b"\x10\x07"
        + field(2, b"x")
        + maven("io.sentry", "sentry", "")
    )
    members = {libraries.DEPENDENCIES: data, "base/manifest/AndroidManifest.xml": b""}
    assert told(members, "base/") == [("com.appsflyer:af-android-sdk", "6.1"), ("io.sentry:sentry", "")]
    assert told({libraries.DEPENDENCIES: data[:5], "base/x": b""}, "base/") == []


MAP = """
com.acme.lens.Shutter -> a.b.c:
    int count -> a
    1:4:void shoot():10:13 -> a
com.appsflyer.Eye -> a.b.d:
    1:2:void look():5:6 -> a
com.acme.Mixed -> a.b.e:
    1:3:void com.appsflyer.Eye.peek():7:9 -> a
    1:3:void run():20:22 -> a
androidx.appcompat.app.TwilightManager -> a.b.f:
    void a() -> a
"""


def facts_of(renamed: str, text: str = MAP) -> Fact:
    data = build_dex(f"class {renamed}\nmethod a\n{CALL}")
    bundle = bundle_of({"base/dex/classes.dex": data, mapping.MEMBER: text.encode()}, "base/")
    (fact,) = [one for one in dex.extract(bundle, {"api-call": frozenset({OPEN})}) if one.kind == "api-call"]  # type: ignore[union-attr]
    assert isinstance(fact, Fact)
    return fact


def test_the_map_of_a_bundle_gives_classes_their_names_back() -> None:
    fact = facts_of("a.b.c")
    assert (fact.value, fact.condition) == ("com.acme.lens.Shutter", ("renamed to a.b.c",))
    assert facts_of("a.b.d").value == "com.appsflyer.Eye"
    assert facts_of("a.b.z").value == "a.b.z"


def test_code_that_was_merged_in_keeps_its_owner_beside_the_class() -> None:
    fact = facts_of("a.b.e")
    assert fact.value == "com.acme.Mixed"
    assert fact.condition == ("renamed to a.b.e", "holds code of com.appsflyer.Eye")


def test_a_support_library_is_one_under_its_own_name_again() -> None:
    fact = facts_of("a.b.f")
    assert (fact.origin, fact.confidence) == ("androidx", "low")
    assert "the library's own call" in fact.condition


def test_packages_are_counted_under_the_names_of_the_sources() -> None:
    packages = {fact.key: fact.value for fact in mapping.restored_packages(MAP, Location("a"))}
    assert packages == {"com.acme.lens": "1", "com.appsflyer": "1", "com.acme": "1", "androidx.appcompat.app": "1"}


def test_a_text_without_classes_is_a_map_of_nothing() -> None:
    assert list(mapping.classes("We collect your e-mail address.")) == []
    assert list(mapping.classes("")) == []
