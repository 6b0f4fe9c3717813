"""The SDK data: well-formed, no mark that fits two or that anybody else bears; and whom it names on built facts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from permcheck.examples import shape_problems
from permcheck.facts.android.code.packages import DEPTH, framework_markers
from permcheck.knowledge import load_knowledge
from permcheck.knowledge.schema import Sdk
from permcheck.match.attribution import UNVERIFIED, attribute
from permcheck.model import AppFacts, Fact, Location, Platform

KNOWLEDGE = load_knowledge()
SDKS = KNOWLEDGE.sdks


def words(text: str) -> list[str]:
    return text.split()


APPLE = words("""
Abseil AFNetworking Alamofire AppAuth openssl_grpc Capacitor Charts connectivity_plus Cordova device_info_plus
DKImagePickerController DKPhotoGallery FBAEMKit FBLPromises FBSDKCoreKit FBSDKCoreKit_Basics FBSDKLoginKit
FBSDKShareKit file_picker FirebaseABTesting FirebaseAuth FirebaseCore FirebaseCoreDiagnostics FirebaseCoreExtension
FirebaseCoreInternal FirebaseCrashlytics FirebaseDynamicLinks FirebaseFirestore FirebaseInstallations FirebaseMessaging
FirebaseRemoteConfig Flutter flutter_inappwebview flutter_local_notifications fluttertoast FMDB geolocator_apple
GoogleDataTransport GoogleSignIn GoogleToolboxForMac GoogleUtilities grpcpp GTMAppAuth GTMSessionFetcher hermes
image_picker_ios IQKeyboardManager IQKeyboardManagerSwift Kingfisher leveldb Lottie MBProgressHUD nanopb OneSignal
OneSignalCore OneSignalExtension OneSignalOutcomes OpenSSL OrderedSet package_info package_info_plus path_provider
path_provider_ios Promises Protobuf Reachability RealmSwift RxCocoa RxRelay RxSwift SDWebImage share_plus
shared_preferences_ios SnapKit sqflite Starscream SVProgressHUD SwiftyGif SwiftyJSON Toast UnityFramework url_launcher
url_launcher_ios video_player_avfoundation wakelock webview_flutter_wkwebview
""")

IOT = words("""
tuya aws-iot alibaba-iot gizwits esp-rainmaker espressif-blufi espressif-esptouch espressif-provisioning matter-chip
google-home-apis google-home-mobile samsung-accessory samsung-health smartthings philips-hue home-connect agora zego
""")

APP_NAMESPACES = words("""
com.ring com.sonos com.miot com.xiaomi.smarthome com.huawei.smarthome com.samsung.android.oneconnect com.google.chip
com.siliconlabs.bledemo com.espressif.espblufi com.philips.lighting.hue2
""")
"""Apps of IoT vendors: code of theirs is no SDK in somebody else's app."""

GENERIC_LIBRARIES = {"libsoup.so", "libloader.so", "libmsc.so", "libSDKLog.so", "libcoap.so", "libsigner.so"}
LONE_WORDS = {"leakcanary", "okhttp3"}
"""Packages of one word; Java lets anybody have one, these two are taken."""


def marks(field: str) -> Counter[str]:
    return Counter(mark for sdk in SDKS.values() for mark in getattr(sdk, field))


def test_every_file_is_well_formed() -> None:
    assert list(shape_problems()) == []
    assert len(SDKS) >= 150
    assert len({sdk.name for sdk in SDKS.values()}) == len(SDKS)


@pytest.mark.parametrize("field", ["packages", "classes", "frameworks", "libraries", "metadata", "markers"])
def test_no_two_sdks_claim_the_same_mark(field: str) -> None:
    assert [mark for mark, count in marks(field).items() if count > 1] == []


def test_what_an_sdk_collects_is_said_by_its_vendor() -> None:
    assert [sdk.id for sdk in SDKS.values() if sdk.categories and not sdk.disclosure] == []


@pytest.mark.parametrize("package", marks("packages"))
def test_no_package_is_a_prefix_trap(package: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-zA-Z0-9_]+)*", package)
    assert "." in package or package in LONE_WORDS
    assert package not in {"com.google", "com.android", "com.tencent", "com.huawei", "com.samsung", "com.facebook"}
    assert not any(app == package or app.startswith(f"{package}.") for app in APP_NAMESPACES)


def test_facts_tell_packages_apart_as_deep_as_marks_do() -> None:
    assert [package for package in marks("packages") if package.count(".") >= DEPTH] == []


@pytest.mark.parametrize("prefix", marks("classes"))
def test_no_class_prefix_is_one_that_others_use(prefix: str) -> None:
    assert len(prefix) >= 5
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]+", prefix)


def test_no_class_prefix_reaches_into_the_system() -> None:
    system = ("NS", "UI", "CL", "CK", "HM", "HK", "AV", "MK", "PH", "CN", "EK", "CB", "WK", "SK")
    taken = [f"{prefix}{rest}" for prefix in system for rest in ("Manager", "View", "Object", "Controller", "Session")]
    assert [(name, mark) for name in taken for mark in marks("classes") if name.startswith(mark)] == []


def test_native_libraries_are_named_to_the_letter_and_not_generic() -> None:
    assert [name for name in marks("libraries") if not re.fullmatch(r"lib[A-Za-z0-9_.+-]+\.so", name)] == []
    assert GENERIC_LIBRARIES & set(marks("libraries")) == set()


def test_markers_are_names_that_facts_give() -> None:
    class Part:
        def location(self, name: str) -> Location:
            return Location(name)

    files = [
        "assets/capacitor.config.json",
        "assets/apps/__UNI__1/a.js",
        "assets/www/cordova.js",
        *(f"lib/arm64-v8a/lib{name}.so" for name in ("flutter", "hermes", "unity", "godot_android", "monodroid")),
    ]
    told = {fact.key for fact in framework_markers(Part(), files)}  # type: ignore[arg-type]
    assert set(marks("markers")) <= told


def test_apples_list_is_whole_and_nothing_else_is_on_it() -> None:
    listed = [sdk for sdk in SDKS.values() if sdk.apple_listed]
    assert len(APPLE) == len(set(APPLE)) == len(listed) == 86
    assert all(len(set(sdk.frameworks) & set(APPLE)) == 1 for sdk in listed)


@pytest.mark.parametrize("name", IOT)
def test_the_iot_vendors_are_known(name: str) -> None:
    sdk = SDKS[name]
    assert sdk.packages
    assert sdk.policy


def named(*facts: Fact, platform: Platform = "android", app_id: str = "com.example.lamp") -> dict[str, str]:
    app = attribute(AppFacts("a", platform, app_id, "Lamp", "1", "0" * 64, facts), KNOWLEDGE)
    return {fact.key: fact.confidence for fact in app.facts if fact.kind == "sdk"}


BINARY = "a.ipa!/Payload/A.app"


@pytest.mark.parametrize(
    ("fact", "sdk", "confidence"),
    [
        (Fact("code-package", "com.thingclips.smart.home.sdk", "90"), "tuya", "high"),
        (Fact("code-package", "chip.devicecontroller", "90"), "matter-chip", "high"),
        (Fact("api-call", "android.bluetooth.BluetoothGatt", "blufi.espressif.BlufiClient"), "espressif-blufi", "high"),
        (Fact("dynamic-code", "dalvik.system.DexClassLoader", "com.appsflyer.Plug"), "appsflyer", "high"),
        (Fact("native-library", "libCHIPController.so", "arm64-v8a"), "matter-chip", "high"),
        (Fact("framework-marker", "Flutter", "native"), "flutter", "high"),
        (Fact("meta-data", "THING_SMART_APPKEY", "x"), "tuya", "low"),
        (Fact("framework", "ThingSmartHomeKit", "@rpath/ThingSmartHomeKit.framework/T"), "tuya", "high"),
        (Fact("embedded-framework", "Sentry", "8.0"), "sentry", "high"),
        (Fact("resource", "GoogleMaps"), "google-maps", "low"),
        (Fact("resource", "FirebaseMessaging_Privacy"), "firebase-messaging", "low"),
        (Fact("resource", "Alamofire_Alamofire"), "alamofire", "low"),
        (Fact("objc-class", "ThingSmart", "40"), "tuya", "low"),
        (Fact("swift-module", "Kingfisher", "30"), "kingfisher", "low"),
        (
            Fact("symbol", "_statfs", location=Location(f"{BINARY}/Frameworks/Sentry.framework/Sentry")),
            "sentry",
            "high",
        ),
    ],
)
def test_every_kind_of_mark_names_its_sdk(fact: Fact, sdk: str, confidence: str) -> None:
    assert named(fact) == {sdk: confidence}


def test_the_privacy_manifest_in_a_bundle_is_that_of_the_sdk_that_it_is_named_for() -> None:
    for bundle in ("FirebaseCrashlytics_Privacy", "Firebase_FirebaseCrashlytics", "FirebaseCrashlytics"):
        place = Location(f"{BINARY}/{bundle}.bundle/PrivacyInfo.xcprivacy")
        facts = (Fact("privacy-manifest", "PrivacyInfo.xcprivacy", "resource", place),)
        assert named(*facts, platform="ios") == {"firebase-crashlytics": "low"}
        facts += (Fact("privacy-data-type", "NSPrivacyCollectedDataTypeCrashData", "", place),)
        assert named(*facts, platform="ios") == {"firebase-crashlytics": "medium"}


def test_two_weak_marks_are_surer_than_one() -> None:
    one, other = Fact("objc-class", "FIRAnalytics", "3"), Fact("objc-class", "APMAnalytics", "3")
    assert named(one, platform="ios") == {"firebase-analytics": "low"}
    assert named(one, other, platform="ios") == {"firebase-analytics": "medium"}
    assert named(one, Fact("embedded-framework", "FirebaseAnalytics"), platform="ios") == {"firebase-analytics": "high"}


@pytest.mark.parametrize(
    "fact",
    [
        Fact("framework", "Charts"),
        Fact("framework", "Matter"),
        Fact("code-package", "com.thingclipsx.smart", "9"),
        Fact("code-package", "com.google.android.gms.common", "9"),
        Fact("native-library", "libc++_shared.so"),
        Fact("api-call", "android.hardware.Camera.open", "com.example.lamp.Eye"),
        Fact("objc-class", "Thing", "4"),
        Fact("resource", "Assets"),
    ],
)
def test_what_is_the_systems_or_the_apps_own_names_nobody(fact: Fact) -> None:
    assert named(fact, platform="ios" if fact.kind in ("framework", "objc-class", "resource") else "android") == {}


def test_the_app_of_an_sdk_vendor_carries_no_sdk_for_that() -> None:
    own = Fact("code-package", "com.tuya.smart.panel", "90")
    assert named(own, app_id="com.tuya.smart") == {}
    assert named(own) == {"tuya": "high"}
    assert named(Fact("code-package", "com.adjust.sdk", "9"), app_id="com.tuya.smart") == {"adjust": "high"}


def test_what_every_client_library_brings_along_names_none_of_them() -> None:
    for package in ("com.google.android.gms.auth.api", "com.google.android.gms.location.places"):
        assert named(Fact("code-package", package, "2")) == {"play-services-base": "high"}


def test_the_narrowest_mark_wins() -> None:
    assert named(Fact("code-package", "com.google.android.gms.ads.identifier")) == {
        "play-services-ads-identifier": "high"
    }
    assert named(Fact("code-package", "com.google.android.gms.ads.internal")) == {"google-mobile-ads": "high"}


@pytest.mark.parametrize("sdk", SDKS.values(), ids=lambda sdk: sdk.id)
def test_an_sdk_is_known_by_each_of_its_own_marks(sdk: Sdk) -> None:
    kinds = {"packages": "code-package", "libraries": "native-library", "metadata": "meta-data"}
    kinds |= {"frameworks": "embedded-framework", "classes": "objc-class", "markers": "framework-marker"}
    for field, kind in kinds.items():
        for mark in getattr(sdk, field):
            assert list(named(Fact(kind, mark, "9"))) == [sdk.id]


def test_one_class_of_a_package_is_not_the_sdk() -> None:
    assert named(Fact("code-package", "com.adcolony.sdk", "1")) == {}
    assert named(Fact("code-package", "com.adcolony.sdk", "2")) == {"adcolony": "high"}


def test_few_classes_without_the_one_that_everybody_calls_are_less_sure() -> None:
    few = Fact("code-package", "com.appsflyer", "3")
    assert named(few) == {"appsflyer": "medium"}
    assert named(few, Fact("anchor-class", "com.appsflyer.AppsFlyerLib")) == {"appsflyer": "high"}


def test_a_library_that_the_build_names_is_its_sdk() -> None:
    assert named(Fact("library", "com.google.firebase:firebase-analytics", "18.0.0")) == {"firebase-analytics": "high"}


def test_what_was_not_confirmed_in_code_says_so() -> None:
    app = AppFacts("a.apk", "android", "com.example.app", "A", "1", "", (Fact("code-package", "com.posthog", "9"),))
    doubted = replace(app, facts=(Fact("code-package", "com.zendesk.sdk", "9"),))
    (sure,) = [fact for fact in attribute(app, KNOWLEDGE).facts if fact.kind == "sdk"]
    (other,) = [fact for fact in attribute(doubted, KNOWLEDGE).facts if fact.kind == "sdk"]
    assert (sure.condition, other.condition) == ((), (UNVERIFIED,))


def test_a_face_is_no_barcode() -> None:
    assert list(named(Fact("code-package", "com.google.mlkit.vision.face", "9"))) == ["mlkit-face"]
    assert list(named(Fact("code-package", "com.google.firebase.iid", "9"))) == ["firebase-instance-id"]
