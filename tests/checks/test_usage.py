"""Permissions against code, beyond what the rules' own examples show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from permcheck.checks import Case
from permcheck.checks.usage import usage
from permcheck.knowledge import Knowledge, load_knowledge
from permcheck.match.ownership import own
from permcheck.model import AppFacts, Fact, Finding, Gap, Location

CAMERA, OVERLAY = "android.permission.CAMERA", "android.permission.SYSTEM_ALERT_WINDOW"
LOCATION, LAST = "android.permission.ACCESS_FINE_LOCATION", "android.location.LocationManager.getLastKnownLocation"
BY_ITSELF = "the library's own call"
OPEN = "android.hardware.camera2.CameraManager.openCamera"
OWN = Fact("code-package", "com.example.app", "9")


def ask(
    rule: str, *facts: Fact, gaps: tuple[Gap, ...] = (), platform: str = "android", app_id: str = "com.example.app"
) -> list[Finding]:
    knowledge: Knowledge = load_knowledge()
    app = AppFacts("a.apk", platform, app_id, "A", "1", "", tuple(sorted(facts)), gaps)  # type: ignore[arg-type]
    app = own(app, knowledge)
    found: Iterator[Finding] = usage(knowledge.rules[rule], Case((app,), (), (), (), ()), knowledge)
    return list(found)


def permission(name: str, *conditions: str) -> Fact:
    return Fact("permission", name, condition=conditions)


def call(name: str, user: str, origin: str = "") -> Fact:
    return Fact("api-call", name, user, Location("a.apk!/classes.dex"), origin)


def test_a_dead_permission_is_not_judged() -> None:
    assert not ask("PC320", OWN, permission(CAMERA, "maxSdkVersion=20", "dead: below the minimum SDK of 24"))


def test_a_permission_whose_use_never_shows_in_code_is_not_judged() -> None:
    assert not ask("PC320", OWN, permission("android.permission.INTERNET"), permission("com.acme.permission.HUB"))


def test_native_code_may_use_what_no_class_does() -> None:
    assert [found.confidence for found in ask("PC320", OWN, permission(CAMERA))] == ["medium"]
    native = Fact("native-library", "libeye.so", "arm64-v8a")
    assert not ask("PC320", OWN, permission(CAMERA), native)
    (found,) = ask("PC323", OWN, permission(CAMERA), native)
    assert "libeye.so" in found.message


def test_a_native_library_that_only_stores_or_draws_hides_nothing() -> None:
    assert ask("PC320", OWN, permission(CAMERA), Fact("native-library", "libsqlcipher.so", "arm64-v8a"))


def test_a_receiver_in_the_manifest_is_use() -> None:
    sms = permission("android.permission.RECEIVE_SMS")
    waits = Fact("intent-filter", "android.provider.Telephony.SMS_RECEIVED", "com.example.app.Inbox")
    assert ask("PC320", OWN, sms)
    assert not ask("PC320", OWN, sms, waits)


def test_a_support_library_acts_for_whoever_calls_it() -> None:
    inside = call(OPEN, "androidx.camera.core.Lens", "androidx")
    assert not ask("PC320", OWN, permission(CAMERA), inside)
    (found,) = ask("PC323", OWN, permission(CAMERA), inside)
    assert "androidx.camera.core.Lens calls CameraManager.openCamera for whoever calls it" in found.message


def test_what_a_library_does_in_every_app_is_no_use() -> None:
    twilight = replace(call(LAST, "androidx.appcompat.app.TwilightManager", "androidx"), condition=(BY_ITSELF,))
    assert ask("PC320", OWN, permission(LOCATION), twilight)
    assert not ask("PC320", OWN, permission(LOCATION), twilight, call(LAST, "com.example.app.Map"))
    popup = call("android.view.WindowManager.addView", "androidx.appcompat.widget.TooltipPopup", "androidx")
    assert ask("PC320", OWN, permission(OVERLAY), popup)
    own = call("android.view.WindowManager.addView", "com.example.app.Bubble")
    assert not ask("PC320", OWN, permission(OVERLAY), popup, own)


def test_a_class_of_unknown_origin_is_blamed_for_nothing() -> None:
    renamed = call(OPEN, "a.b.k")
    assert not ask("PC321", OWN, renamed)
    assert not ask("PC322", OWN, permission(CAMERA), renamed, call(OPEN, "com.appsflyer.Eye", "AppsFlyer"))
    assert not ask("PC320", OWN, permission(CAMERA), renamed)


def test_a_shrunk_name_in_the_apps_own_package_is_of_unknown_origin() -> None:
    assert not ask("PC321", OWN, call(OPEN, "com.example.app.a"))
    told = replace(call(OPEN, "com.example.app.a"), condition=("renamed to a.b.k",))
    assert ask("PC321", OWN, told)


def test_merged_classes_keep_all_their_owners() -> None:
    mixed = replace(call(OPEN, "com.example.app.Lens"), condition=("holds code of com.appsflyer.Eye",))
    assert not ask("PC321", OWN, mixed)
    assert not ask("PC322", OWN, permission(CAMERA), mixed)


def test_callers_that_were_left_out_may_be_anybodys() -> None:
    eye = call(OPEN, "com.appsflyer.Eye", "AppsFlyer")
    assert ask("PC322", OWN, permission(CAMERA), eye)
    assert not ask("PC322", OWN, permission(CAMERA), replace(eye, condition=("and more callers",)))


def test_the_class_that_the_app_starts_in_is_its_own() -> None:
    starts = Fact("launcher", "org.acme.player.Main")
    eye = call(OPEN, "org.acme.player.Eye")
    assert not ask("PC321", OWN, eye)
    assert ask("PC321", OWN, Fact("code-package", "org.acme.player", "3"), eye, starts)


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (Fact("launcher", "com.facebook.react.ReactActivity"), "starts in com.facebook.react.ReactActivity"),
        (Fact("launcher", "org.elsewhere.Main"), "org.elsewhere.Main, in which the app starts, is not in the code"),
        (Fact("tampering", "janus", "9 bytes"), "stands in front of the archive"),
        (Fact("application-attribute", "sharedUserId", "com.acme.all"), "shared user com.acme.all"),
        (Fact("reflection", "android.hardware.camera2.CameraManager", "com.example.app.Trick"), "as text"),
        (Fact("reflection", OPEN, "x.y"), "x.y names CameraManager.openCamera as text"),
    ],
)
def test_absence_is_claimed_only_where_nothing_can_hide_the_use(fact: Fact, reason: str) -> None:
    assert not ask("PC320", OWN, permission(CAMERA), fact)
    (found,) = ask("PC323", OWN, permission(CAMERA), fact)
    assert reason in found.message


def test_reflection_on_another_class_hides_nothing() -> None:
    other = Fact("reflection", "android.telephony.SmsManager", "com.example.app.Trick")
    assert ask("PC320", OWN, permission(CAMERA), other)


def test_a_gap_in_a_nested_archive_proves_nothing() -> None:
    nested = Gap(Location("a.apk!/assets/plug.jar"), "an archive inside the bundle that can hold code was not read")
    assert not ask("PC320", OWN, permission(CAMERA), gaps=(nested,))


def test_an_interface_that_needs_no_permission_any_more_is_no_use() -> None:
    storage = permission("android.permission.WRITE_EXTERNAL_STORAGE")
    files = call("android.content.Context.getExternalFilesDir", "com.example.app.Notes")
    assert not ask("PC320", OWN, storage, files, Fact("identity", "min-sdk", "16"))
    assert ask("PC320", OWN, storage, files, Fact("identity", "min-sdk", "21"))


@pytest.mark.parametrize("name", ["BLUETOOTH", "BLUETOOTH_ADMIN", "BLUETOOTH_SCAN"])
def test_a_scan_uses_the_old_pair_and_the_new_permission(name: str) -> None:
    scan = call("android.bluetooth.le.BluetoothLeScanner.startScan", "com.example.app.Scan")
    assert ask("PC320", OWN, permission(f"android.permission.{name}"))
    assert not ask("PC320", OWN, permission(f"android.permission.{name}"), scan)


def test_a_plain_path_of_the_shared_storage_is_use() -> None:
    path = Fact("path", "/sdcard", "com.example.app.Notes")
    assert not ask("PC320", OWN, permission("android.permission.READ_EXTERNAL_STORAGE"), path)


def test_code_that_was_not_read_proves_nothing() -> None:
    unread = Gap(Location("a.apk!/classes2.dex"), "is cut off")
    assert not ask("PC320", OWN, permission(CAMERA), gaps=(unread,))
    (found,) = ask("PC323", OWN, permission(CAMERA), gaps=(unread,))
    assert "CAMERA" in found.message
    assert "part of the code" in found.message
    (bare,) = ask("PC323", permission(CAMERA))
    assert "no code was read" in bare.message


def test_code_loaded_later_proves_nothing_unless_an_sdk_loads_its_own() -> None:
    load = "dalvik.system.DexClassLoader.<init>"
    own = Fact("dynamic-code", load, "com.example.app.Plug")
    sdk = Fact("dynamic-code", load, "com.appsflyer.Plug")
    assert not ask("PC320", OWN, permission(CAMERA), own)
    (found,) = ask("PC323", OWN, permission(CAMERA), own)
    assert "com.example.app.Plug" in found.message
    assert ask("PC320", OWN, permission(CAMERA), sdk)


def test_every_reason_is_named() -> None:
    markers = (Fact("framework-marker", "Unity", "managed"), Fact("framework-marker", "SecNeo packer", "packed"))
    (found,) = ask("PC323", OWN, permission(CAMERA), *markers)
    assert "Unity" in found.message
    assert "SecNeo packer" in found.message
    assert [fact.kind for fact in found.evidence] == ["framework-marker", "framework-marker", "permission"]


def test_a_support_library_alone_is_no_unguarded_call() -> None:
    assert not ask("PC321", OWN, call(OPEN, "androidx.camera.core.Lens", "androidx"))
    assert not ask("PC321", OWN, call(OPEN, ""))


def test_an_implied_permission_guards_too() -> None:
    scan = call("android.bluetooth.le.BluetoothLeScanner.startScan", "com.example.app.Scan")
    assert [found.subject for found in ask("PC321", OWN, scan)] == ["com.example.app/android.permission.BLUETOOTH_SCAN"]
    assert not ask("PC321", OWN, scan, Fact("implied-permission", "android.permission.BLUETOOTH_SCAN"))


def test_an_unguarded_call_of_an_sdk_is_less_sure_and_names_it() -> None:
    (found,) = ask("PC321", OWN, call(OPEN, "com.appsflyer.Eye"))
    assert found.confidence == "low"
    assert "com.appsflyer.Eye (AppsFlyer)" in found.message


def test_many_callers_are_counted_not_listed() -> None:
    calls = [call(OPEN, f"com.example.app.p{number}.Lens") for number in range(5)]
    (found,) = ask("PC321", OWN, *calls)
    assert found.message.count("com.example.app.p") == 3
    assert "and 2 more" in found.message


def test_an_sdk_that_acts_for_the_app_is_not_blamed() -> None:
    scanner = call(OPEN, "com.google.zxing.client.Eye", "ZXing")
    assert not ask("PC322", OWN, permission(CAMERA), scanner)
    (found,) = ask("PC322", OWN, permission(CAMERA), call(OPEN, "com.appsflyer.Eye", "AppsFlyer"))
    assert "AppsFlyer" in found.message
    assert not ask("PC322", OWN, permission(CAMERA), scanner, call(OPEN, "com.appsflyer.Eye", "AppsFlyer"))


def test_the_app_of_an_sdk_vendor_is_its_own() -> None:
    eye = call(OPEN, "com.appsflyer.Eye", "AppsFlyer")
    assert not ask("PC322", OWN, permission(CAMERA), eye, app_id="com.appsflyer.demo")
    (found,) = ask("PC321", OWN, eye, app_id="com.appsflyer.demo")
    assert found.confidence == "medium"


def test_ios_apps_are_left_alone() -> None:
    assert not ask("PC320", permission(CAMERA), OWN, platform="ios")
