"""The sample bundles are what their sources make, and everything that the sources do is found in them."""

import importlib.util
import io
import os
import zipfile
from pathlib import Path

import pytest

from permcheck.bundles import open_bundle
from permcheck.facts.ios import macho
from permcheck.model import Fact, Gap

SAMPLES = Path(__file__).parents[2] / "sample_apks"


def load_builder():
    spec = importlib.util.spec_from_file_location("build_ios", SAMPLES / "build_ios.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


builder = load_builder()
with_tools = pytest.mark.skipif(
    not builder.has_tools() and "CI" not in os.environ, reason="needs clang-19 and lld-19, which CI always has"
)


def read(name, **wanted):
    path = SAMPLES / f"{name}.ipa"
    return list(macho.extract(open_bundle(path, path.name), {kind: frozenset(keys) for kind, keys in wanted.items()}))


def told(items, kind, binary):
    ending = f"/{binary}"
    return {i.key for i in items if isinstance(i, Fact) and i.kind == kind and i.location.path.endswith(ending)}


@with_tools
@pytest.mark.parametrize("name", builder.samples())
def test_a_rebuild_gives_the_committed_bytes(name):
    committed, rebuilt = (SAMPLES / f"{name}.ipa").read_bytes(), builder.build(name)
    with zipfile.ZipFile(io.BytesIO(committed)) as old, zipfile.ZipFile(io.BytesIO(rebuilt)) as new:
        assert new.namelist() == old.namelist()
        assert [n for n in new.namelist() if new.read(n) != old.read(n)] == []
    assert rebuilt == committed


def test_every_committed_bundle_has_sources_and_is_small():
    bundles = sorted(SAMPLES.glob("*.ipa"))
    assert tuple(path.stem for path in bundles) == builder.samples()
    assert all(path.stat().st_size < 32 << 10 for path in bundles)


def test_what_the_home_app_calls_is_found_in_its_own_binary():
    classes = {"AVCaptureDevice", "CLLocationManager", "CBCentralManager", "CMMotionActivityManager", "CNContactStore"}
    selectors = {"requestAlwaysAuthorization", "requestAccessForMediaType:completionHandler:", "requestAuthorization:"}
    items = read("halden-home", **{"class": classes, "symbol": {"_nw_browser_create"}, "selector": selectors})
    assert told(items, "class", "HaldenHome") == classes - {"CNContactStore"}
    assert told(items, "selector", "HaldenHome") == selectors - {"requestAuthorization:"}
    assert told(items, "symbol", "HaldenHome") == {"_nw_browser_create"}
    assert {"com.apple.developer.homekit", "aps-environment"} <= told(items, "entitlement", "HaldenHome")
    assert "com.apple.developer.homekit" not in told(items, "entitlement", "HaldenNotify.appex/HaldenNotify")
    assert told(items, "framework", "HaldenNotify") == {"Foundation", "UserNotifications"}
    assert not [item for item in items if isinstance(item, Gap)]


def test_what_a_framework_an_extension_and_a_watch_app_reach_is_told_of_them_alone():
    items = read("halden-watch", **{"class": {"CBCentralManager", "CLLocationManager", "HKHealthStore"}})
    found = {(i.key, i.location.path.partition("!/Payload/HaldenWatch.app/")[2]) for i in items if i.kind == "class"}
    assert found == {
        ("CBCentralManager", "Frameworks/HaldenKit.framework/HaldenKit"),
        ("CLLocationManager", "PlugIns/HaldenWidget.appex/HaldenWidget"),
        ("HKHealthStore", "Watch/HaldenWrist.app/HaldenWrist"),
    }
    assert told(items, "binary-platform", "Watch/HaldenWrist.app/HaldenWrist") == {"watchos"}
    assert "HaldenKit" in told(items, "framework", "HaldenWatch.app/HaldenWatch")


def test_a_debug_build_is_read_in_the_dylib_that_holds_its_code():
    items = read("halden-beta", **{"class": {"AVCaptureDevice"}})
    assert told(items, "class", "HaldenBeta") == set()
    assert told(items, "class", "HaldenBeta.debug.dylib") == {"AVCaptureDevice"}


def test_what_the_store_encrypts_keeps_its_imports_and_is_told():
    items = read("halden-store", **{"class": {"CNContactStore"}, "selector": {"requestAuthorization:"}})
    assert told(items, "class", "HaldenStore") == {"CNContactStore"}
    assert told(items, "entitlement", "HaldenStore") >= {"com.apple.developer.siri"}
    assert told(items, "selector", "HaldenStore") == set()
    assert ["FairPlay" in item.reason for item in items if isinstance(item, Gap)] == [True]


def test_a_device_and_a_simulator_in_one_file_are_both_read():
    items = read("halden-fat", **{"class": {"HKHealthStore"}})
    assert told(items, "binary-platform", "HaldenFat") == {"ios", "ios-simulator"}
    claims = [i for i in items if i.kind == "entitlement" and i.key == "com.apple.developer.healthkit"]
    assert [claim.condition for claim in claims] == [(), ("simulator build",)]
