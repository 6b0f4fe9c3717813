"""Which library brought a permission, by the report of the build that merged it in."""

from __future__ import annotations

from permcheck.match.attribution import attribute
from permcheck.match.provenance import OWN, brought, suspect, trace
from permcheck.model import AppFacts, Fact

REPORT = """\
-- Merging decision tree log ---
manifest
ADDED from /home/build/app/src/main/AndroidManifest.xml:2:1-40:12
\tpackage
\t\tINJECTED from /home/build/app/src/main/AndroidManifest.xml
uses-permission#android.permission.CAMERA
ADDED from [com.example.scan:scanner:2.1.0] /home/build/.gradle/scanner/AndroidManifest.xml:9:5-65
\tandroid:name
\t\tADDED from [com.example.scan:scanner:2.1.0] /home/build/.gradle/scanner/AndroidManifest.xml:9:22-62
uses-permission#android.permission.INTERNET
MERGED from [com.example.net:client:1.0] /home/build/.gradle/client/AndroidManifest.xml:4:5-67
ADDED from /home/build/app/src/main/AndroidManifest.xml:5:5-67
application
MERGED from [com.example.ui:ui:3.0] /home/build/.gradle/ui/AndroidManifest.xml:8:5-20
"""


def test_libraries_and_the_own_manifest_are_told_apart():
    assert brought(REPORT) == {
        "android.permission.CAMERA": "com.example.scan:scanner:2.1.0",
        "android.permission.INTERNET": OWN,
    }


def test_only_permissions_that_the_report_tells_of_change():
    facts = tuple(Fact("permission", f"android.permission.{name}") for name in ("CAMERA", "NFC"))
    traced = trace(AppFacts("a.apk", "android", "a", "A", "1", "0" * 64, facts), brought(REPORT))
    assert [fact.origin for fact in traced.facts] == ["com.example.scan:scanner:2.1.0", ""]


def test_any_other_text_tells_of_nothing():
    assert brought("") == brought("uses-permission: CAMERA\nADDED from [x]\n") == {}


AD_ID = "com.google.android.gms.permission.AD_ID"
CALL = "com.google.android.gms.ads.identifier.AdvertisingIdClient.getAdvertisingIdInfo"


def origin_of(knowledge, *callers):
    calls = tuple(Fact("api-call", CALL, caller) for caller in callers)
    app = AppFacts("a.apk", "android", "com.example.lamp", "A", "1", "0" * 64, (*calls, Fact("permission", AD_ID)))
    suspected = suspect(attribute(app, knowledge), knowledge)
    return next(fact.origin for fact in suspected.facts if fact.kind == "permission")


def test_the_sdk_whose_code_alone_uses_a_permission_is_named(knowledge):
    assert origin_of(knowledge, "com.appsflyer.AppsFlyerLib") == "AppsFlyer"
    assert origin_of(knowledge, "com.appsflyer.AppsFlyerLib", "com.adjust.sdk.Util") == "Adjust, AppsFlyer"


def test_a_permission_that_the_app_uses_too_is_its_own(knowledge):
    assert origin_of(knowledge, "com.appsflyer.AppsFlyerLib", "com.example.lamp.Ads") == ""
    assert origin_of(knowledge) == ""
