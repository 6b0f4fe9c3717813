"""Permissions against code, beyond what the rules' own examples show."""

from __future__ import annotations

from collections.abc import Iterator

from permcheck.checks import Case
from permcheck.checks.usage import usage
from permcheck.knowledge import Knowledge, load_knowledge
from permcheck.model import AppFacts, Fact, Finding, Gap, Location

CAMERA, OVERLAY = "android.permission.CAMERA", "android.permission.SYSTEM_ALERT_WINDOW"
OPEN = "android.hardware.camera2.CameraManager.openCamera"
OWN = Fact("code-package", "com.example.app", "9")


def ask(
    rule: str, *facts: Fact, gaps: tuple[Gap, ...] = (), platform: str = "android", app_id: str = "com.example.app"
) -> list[Finding]:
    knowledge: Knowledge = load_knowledge()
    app = AppFacts("a.apk", platform, app_id, "A", "1", "", tuple(sorted(facts)), gaps)  # type: ignore[arg-type]
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


def test_native_libraries_lower_the_confidence() -> None:
    (plain,) = ask("PC320", OWN, permission(CAMERA))
    (native,) = ask("PC320", OWN, permission(CAMERA), Fact("native-library", "libeye.so", "arm64-v8a"))
    assert (plain.confidence, native.confidence) == ("medium", "low")


def test_a_receiver_in_the_manifest_is_use() -> None:
    sms = permission("android.permission.RECEIVE_SMS")
    waits = Fact("intent-filter", "android.provider.Telephony.SMS_RECEIVED", "com.example.app.Inbox")
    assert ask("PC320", OWN, sms)
    assert not ask("PC320", OWN, sms, waits)


def test_a_support_library_is_use_unless_every_app_has_it_for_other_ends() -> None:
    inside = call(OPEN, "androidx.camera.core.Lens", "androidx")
    assert not ask("PC320", OWN, permission(CAMERA), inside)
    popup = call("android.view.WindowManager.addView", "androidx.appcompat.widget.TooltipPopup", "androidx")
    assert ask("PC320", OWN, permission(OVERLAY), popup)
    own = call("android.view.WindowManager.addView", "com.example.app.Bubble")
    assert not ask("PC320", OWN, permission(OVERLAY), popup, own)


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
    calls = [call(OPEN, f"com.example.app.p{number}.Eye") for number in range(5)]
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
