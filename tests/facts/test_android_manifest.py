"""Manifests: what a device sees in them, in every spelling and layout that real files have."""

import pytest

from permcheck import facts
from permcheck.bundles import Bundle, open_bundle
from permcheck.errors import BundleError
from permcheck.facts.android.androguard_reading import read_with_androguard
from permcheck.facts.android.xml import parse_xml
from permcheck.model import AppFacts
from tests.builders.apk import build_apk, manifest
from tests.builders.axml import ANDROID, Layout, compile_manifest
from tests.builders.zips import Member, build_zip

P = "android.permission."
SDK = 'android:minSdkVersion="24" android:targetSdkVersion="37"'
CAMERA = f'<uses-permission android:name="{P}CAMERA"/>'


def opened(tmp_path, raw: bytes) -> Bundle:
    path = tmp_path / "app.apk"
    path.write_bytes(raw)
    return open_bundle(path, "app.apk")


def read(tmp_path, body: str, *, sdk: str = SDK, **options) -> AppFacts:
    return facts.collect(opened(tmp_path, build_apk(manifest(body, sdk=sdk), **options)), {})


def asked(app: AppFacts) -> dict[str, tuple[str, ...]]:
    return {fact.key.removeprefix(P): fact.condition for fact in app.facts if fact.kind == "permission"}


def found(app: AppFacts, kind: str) -> set[tuple[str, str]]:
    return {(fact.key.removeprefix(P), fact.value) for fact in app.facts if fact.kind == kind}


def test_an_app_says_who_it_is(tmp_path):
    text = manifest(
        '<application android:label="@string/app"/>',
        package="com.example.lamp",
        sdk=SDK,
        attributes='android:versionCode="12" android:versionName="3.4" android:versionCodeMajor="1"',
    )
    resources = {"string": {"app": {"": "Lamp", "de": "Lampe"}}}
    app = facts.collect(opened(tmp_path, build_apk(text, resources=resources)), {})

    assert (app.platform, app.app_id, app.name, app.version) == ("android", "com.example.lamp", "Lamp", "3.4")
    assert app.values("identity", "min-sdk") == ("24",)
    assert app.values("identity", "target-sdk") == ("37",)
    assert app.values("identity", "version-code") == (str((1 << 32) + 12),)


def test_a_preview_counts_as_above_all_levels(tmp_path):
    app = read(tmp_path, "", sdk='android:minSdkVersion="24" android:targetSdkVersion="CinnamonBun"')

    assert app.values("identity", "target-sdk") == ("10000",)


@pytest.mark.parametrize(("sdk", "levels"), [("", ("1", "1")), ('android:minSdkVersion="26"', ("26", "26"))])
def test_absent_sdk_levels_fall_back_as_on_a_device(tmp_path, sdk, levels):
    app = read(tmp_path, "", sdk=sdk)

    assert app.values("identity", "min-sdk") + app.values("identity", "target-sdk") == levels


def test_permissions_keep_what_narrows_them(tmp_path):
    app = read(
        tmp_path,
        f"""<uses-permission android:name="{P}BLUETOOTH" android:maxSdkVersion="30"/>
        <uses-permission android:name="{P}BLUETOOTH_SCAN" android:usesPermissionFlags="neverForLocation"/>
        <uses-permission android:name="{P}ACCESS_FINE_LOCATION" android:usesPermissionFlags="onlyForLocationButton"/>
        <uses-permission android:name="{P}NFC" android:minSdkVersion="31"/>
        <uses-permission android:name="{P}CAMERA">
        <required-feature android:name="android.hardware.camera"/></uses-permission>
        <uses-permission-sdk-23 android:name="{P}RECORD_AUDIO"/>""",
    )

    assert asked(app) == {
        "BLUETOOTH": ("maxSdkVersion=30",),
        "BLUETOOTH_SCAN": ("neverForLocation",),
        "ACCESS_FINE_LOCATION": ("onlyForLocationButton",),
        "NFC": ("minSdkVersion=31",),
        "CAMERA": ("required-feature=android.hardware.camera",),
        "RECORD_AUDIO": ("sdk-23",),
    }
    place = next(fact.location for fact in app.facts if fact.key == f"{P}RECORD_AUDIO")
    assert (place.path, place.anchor) == ("app.apk!/AndroidManifest.xml", "uses-permission-sdk-23")


def test_a_limit_from_a_resource_counts(tmp_path):
    body = f'<uses-permission android:name="{P}NFC" android:maxSdkVersion="@integer/m"/>'
    app = read(tmp_path, body, resources={"integer": {"m": {"": 28}}})

    assert asked(app) == {"NFC": ("maxSdkVersion=28",)}


def test_a_limit_below_the_minimum_is_said_to_be_dead(tmp_path):
    app = read(tmp_path, f'<uses-permission android:name="{P}NFC" android:maxSdkVersion="22"/>{CAMERA}')
    dead = {fact.key for fact in app.facts if fact.is_dead}

    assert dead == {f"{P}NFC"}


def test_a_name_under_a_wrong_namespace_is_found_by_its_id(tmp_path):
    text = manifest(CAMERA).replace(ANDROID, "android")

    assert asked(facts.collect(opened(tmp_path, build_apk(text)), {})) == {"CAMERA": ()}


def test_a_tag_with_a_prefix_is_the_same_tag(tmp_path):
    assert asked(read(tmp_path, CAMERA.replace("<uses", "<android:uses"))) == {"CAMERA": ()}


def test_what_a_device_ignores_is_shown_as_ignored(tmp_path):
    app = read(
        tmp_path,
        f"""<application>{CAMERA}</application><uses-permission android:name="@string/p"/>""",
        resources={"string": {"p": {"": f"{P}READ_SMS"}}},
    )
    ignored = {fact.key: fact.condition[0] for fact in app.facts if fact.kind == "ignored-permission"}

    assert asked(app) == {}
    assert "inside another element" in ignored[f"{P}CAMERA"]
    assert "named by a resource" in ignored[f"{P}READ_SMS"]


def test_the_same_request_twice_is_one_and_a_clash_is_told(tmp_path):
    scan = f'<uses-permission android:name="{P}BLUETOOTH_SCAN"/>'
    flagged = scan.replace("/>", ' android:usesPermissionFlags="neverForLocation"/>')

    twice = read(tmp_path, CAMERA + CAMERA)
    clash = read(tmp_path, scan + flagged)

    assert [fact.key for fact in twice.facts if fact.kind == "permission"] == [f"{P}CAMERA"]
    assert twice.gaps == ()
    assert "asked for twice with different flags" in clash.gaps[0].reason


@pytest.mark.parametrize(
    ("asks", "target", "implied"),
    [
        ("ACCESS_FINE_LOCATION", 37, {"ACCESS_COARSE_LOCATION"}),
        ("ACCESS_FINE_LOCATION", 28, {"ACCESS_COARSE_LOCATION", "ACCESS_BACKGROUND_LOCATION"}),
        ("WRITE_EXTERNAL_STORAGE", 33, {"READ_EXTERNAL_STORAGE"}),
        (
            "READ_EXTERNAL_STORAGE",
            28,
            {
                "ACCESS_MEDIA_LOCATION",
                "READ_MEDIA_AUDIO",
                "READ_MEDIA_IMAGES",
                "READ_MEDIA_VIDEO",
                "READ_MEDIA_VISUAL_USER_SELECTED",
            },
        ),
        ("BLUETOOTH", 30, {"BLUETOOTH_SCAN", "BLUETOOTH_CONNECT", "BLUETOOTH_ADVERTISE"}),
        ("BLUETOOTH", 31, set()),
        ("READ_MEDIA_IMAGES", 37, {"READ_MEDIA_VISUAL_USER_SELECTED"}),
        ("BODY_SENSORS", 35, {"health.READ_HEART_RATE"}),
        ("INTERNET", 36, {"ACCESS_LOCAL_NETWORK"}),
        ("INTERNET", 37, set()),
        ("READ_CONTACTS", 15, {"READ_CALL_LOG"}),
    ],
)
def test_the_platform_adds_its_own(tmp_path, asks, target, implied):
    sdk = f'android:minSdkVersion="14" android:targetSdkVersion="{target}"'
    app = read(tmp_path, f'<uses-permission android:name="{P}{asks}"/>', sdk=sdk)
    added = {f.key.removeprefix(P): f.condition[0] for f in app.facts if f.kind == "implied-permission"}

    assert set(added) == implied
    assert all(why.startswith("implied by android.permission.") for why in added.values())


def test_what_is_asked_for_anyway_is_not_implied(tmp_path):
    app = read(
        tmp_path, "".join(f'<uses-permission android:name="{P}ACCESS_{n}_LOCATION"/>' for n in ("FINE", "COARSE"))
    )

    assert found(app, "implied-permission") == set()


def test_components_tell_special_access_and_foreground_work(tmp_path):
    app = read(
        tmp_path,
        f"""<application>
        <service android:name=".Reader" android:permission="{P}BIND_ACCESSIBILITY_SERVICE" android:enabled="false"/>
        <service android:name="Job" android:permission="{P}BIND_JOB_SERVICE"/>
        <receiver android:name="com.other.Admin" android:permission="{P}BIND_DEVICE_ADMIN"/>
        <service android:name=".Track" android:foregroundServiceType="location|health"/>
        </application>""",
    )

    assert found(app, "special-access") == {
        ("BIND_ACCESSIBILITY_SERVICE", "com.example.app.Reader"),
        ("BIND_DEVICE_ADMIN", "com.other.Admin"),
    }
    assert found(app, "foreground-service") == {
        ("location", "com.example.app.Track"),
        ("health", "com.example.app.Track"),
    }
    reader = next(fact for fact in app.facts if fact.value.endswith("Reader"))
    assert reader.condition == ("disabled at install",)
    assert reader.location.anchor == "service com.example.app.Reader"


def test_other_facts_of_the_manifest(tmp_path):
    app = read(
        tmp_path,
        """<uses-feature android:name="android.hardware.camera" android:required="false"/>
        <permission android:name="com.example.app.LINK" android:protectionLevel="signature"/>
        <uses-permission android:name="com.example.app.LINK"/>
        <queries><package android:name="com.example.other"/>
        <intent><action android:name="android.intent.action.MAIN"/></intent></queries>
        <application android:allowBackup="true" android:usesCleartextTraffic="true">
        <meta-data android:name="com.example.ads.ID" android:value="secret-key-1234"/>
        <meta-data android:name="com.example.collect" android:value="false"/>
        <activity android:name=".Why"><intent-filter>
        <action android:name="android.intent.action.VIEW_PERMISSION_USAGE"/></intent-filter></activity>
        </application>""",
    )

    assert found(app, "feature") == {("android.hardware.camera", "optional")}
    assert found(app, "permission-definition") == {("com.example.app.LINK", "signature")}
    assert asked(app) == {"com.example.app.LINK": ("defined by the app itself (signature)",)}
    assert {key for key, _ in found(app, "queries")} == {
        "package:com.example.other",
        "intent:android.intent.action.MAIN",
    }
    assert found(app, "application-attribute") == {("allowBackup", "true"), ("usesCleartextTraffic", "true")}
    assert found(app, "meta-data") == {("com.example.ads.ID", ""), ("com.example.collect", "false")}
    assert found(app, "intent-filter") == {("android.intent.action.VIEW_PERMISSION_USAGE", "com.example.app.Why")}


NETWORK = """<network-security-config><base-config cleartextTrafficPermitted="false"/>
    <domain-config cleartextTrafficPermitted="true"><domain includeSubdomains="true">lamp.local</domain>
    <domain-config cleartextTrafficPermitted="false"><domain>safe.local</domain></domain-config>
    <domain-config><domain>bulb.local</domain></domain-config></domain-config></network-security-config>"""


@pytest.mark.parametrize("layout", [Layout(), Layout(node_header=24)], ids=str)
def test_a_network_security_configuration_tells_where_data_may_go_unencrypted(tmp_path, layout):
    app = read(
        tmp_path,
        '<application android:networkSecurityConfig="@xml/net"/>',
        resources={"xml": {"net": {"": "res/xml/net.xml"}}},
        members={"res/xml/net.xml": compile_manifest(NETWORK, layout=layout)},
    )

    assert found(app, "cleartext-domain") == {("lamp.local", ""), ("bulb.local", "")}
    assert ("cleartextTrafficPermitted", "false") in found(app, "application-attribute")
    assert app.gaps == ()


def test_a_network_security_configuration_that_is_not_there_is_a_gap(tmp_path):
    app = read(tmp_path, '<application android:networkSecurityConfig="@0x7f990000"/>')

    assert ["network security configuration not read" in gap.reason for gap in app.gaps] == [True]


@pytest.mark.parametrize(
    "layout",
    [
        Layout(node_header=24),
        Layout(attribute_size=28),
        Layout(attribute_start=32),
        Layout(file_type=0),
        Layout(file_header=16),
        Layout(pool_header=40),
        Layout(junk=b"\0" * 40),
        Layout(foreign_chunk=b"\x77\x77\x08\x00\x0c\x00\x00\x00????"),
    ],
    ids=str,
)
def test_layouts_that_fool_parsers_are_read_as_a_device_reads_them_and_told(tmp_path, layout):
    app = read(tmp_path, f"{CAMERA}<uses-permission android:name='{P}READ_SMS'/>", layout=layout)

    assert asked(app) == {"CAMERA": (), "READ_SMS": ()}
    assert "manifest-layout" in {key for key, _ in found(app, "tampering")}
    assert all(value.endswith("read as a device reads it") for _, value in found(app, "tampering"))


def test_a_layout_that_hides_content_from_common_tools_is_told(tmp_path):
    def hidden(layout):
        return "hidden-from-tools" in {key for key, _ in found(read(tmp_path, CAMERA, layout=layout), "tampering")}

    assert hidden(Layout(node_header=24))
    assert hidden(Layout(attribute_start=32))
    assert not hidden(Layout(junk=b"\0" * 40))


@pytest.mark.parametrize("layout", [Layout(), Layout(utf8=True), Layout(blank_names=True)], ids=str)
def test_two_readers_agree_on_ordinary_layouts(layout):
    text = manifest(f"{CAMERA}<application android:label='Größe'><meta-data/></application>", sdk=SDK)
    raw = compile_manifest(text, layout=layout)

    assert parse_xml(raw, "x") == (read_with_androguard(raw), ())


@pytest.mark.parametrize("layout", [Layout(utf8=True), Layout(blank_names=True)], ids=["utf8", "names blanked"])
def test_layouts_of_other_build_tools_are_read_without_a_word(tmp_path, layout):
    app = read(
        tmp_path, f'{CAMERA}<uses-permission android:name="{P}BLUETOOTH" android:maxSdkVersion="30"/>', layout=layout
    )

    assert asked(app) == {"CAMERA": (), "BLUETOOTH": ("maxSdkVersion=30",)}
    assert app.gaps == ()


WHOLE = compile_manifest(manifest(CAMERA, sdk=SDK))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "the manifest is empty"),
        (WHOLE[:-30], "damaged manifest"),
        (WHOLE[:200], "damaged manifest"),
        (b"<?xml version='1.0'?><manifest/>", "plain text where compiled XML is needed"),
        (b"\0" * 4000, "damaged manifest"),
        (compile_manifest("<resources/>"), "its root element is 'resources'"),
        (compile_manifest("<manifest/>"), "names no package"),
    ],
    ids=["empty", "cut", "cut early", "source", "zeros", "other root", "no package"],
)
def test_a_manifest_that_a_device_refuses_is_an_error_and_never_no_permissions(tmp_path, raw, reason):
    with pytest.raises(BundleError) as caught:
        facts.collect(opened(tmp_path, build_zip({"AndroidManifest.xml": raw})), {})

    assert str(caught.value).startswith("app.apk!/AndroidManifest.xml: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_tricks_of_the_archive_are_facts_beside_the_rest(tmp_path):
    raw = build_zip([Member("AndroidManifest.xml", WHOLE, flags=1, local_method=0)], trailer=b"more")
    app = facts.collect(opened(tmp_path, raw), {})

    assert asked(app) == {"CAMERA": ()}
    assert {key for key, _ in found(app, "tampering")} == {"encryption-flag", "header-method", "trailing-bytes"}


def test_an_archive_without_a_manifest_is_no_apk(tmp_path):
    with pytest.raises(BundleError, match=r"^app\.apk: no AndroidManifest\.xml"):
        opened(tmp_path, build_zip({"classes.dex": b""}))


def test_a_huge_manifest_is_refused_unread(tmp_path):
    raw = build_zip([Member("AndroidManifest.xml", b"\0", size=5 << 20)])

    with pytest.raises(BundleError, match="more than the limit"):
        facts.collect(opened(tmp_path, raw), {})


def test_an_endless_manifest_is_refused(tmp_path):
    raw = compile_manifest(manifest("<x/>" * 30_001))

    with pytest.raises(BundleError, match="more than 60000 starts and ends"):
        facts.collect(opened(tmp_path, build_zip({"AndroidManifest.xml": raw})), {})


def test_a_damaged_resource_table_costs_the_label_alone(tmp_path):
    text = manifest(CAMERA + '<application android:label="@0x7f010000"/>', sdk=SDK)
    app = facts.collect(opened(tmp_path, build_apk(text, members={"resources.arsc": b"\xff" * 99})), {})

    assert asked(app) == {"CAMERA": ()}
    assert app.name == "com.example.app"
    assert [gap.location.path for gap in app.gaps] == ["app.apk!/resources.arsc"]


def test_nothing_is_written_to_the_terminal(tmp_path, capfd):
    read(tmp_path, CAMERA, layout=Layout(node_header=24))

    assert capfd.readouterr() == ("", "")
