"""The sample bundles are what their sources make, and everything that the sources do is found in them."""

import importlib.util
import io
import os
import zipfile
from pathlib import Path

import pytest

from permcheck.bundles import open_bundle
from permcheck.facts import macho
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
