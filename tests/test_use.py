"""Whether code uses what a purpose string speaks of: it does, it does not, or nobody can tell."""

from __future__ import annotations

import pytest

from permcheck.match.use import NOT_REFERENCED, UNKNOWN, trace_use
from tests.builders import case

CAMERA = "| purpose-string:NSCameraUsageDescription=Scans the code. | locale=en"
MICROPHONE = "| purpose-string:NSMicrophoneUsageDescription=Carries your voice. | locale=en"
DEVICE = "class:AVCaptureDevice"
VIDEO = "symbol:_AVMediaTypeVideo"
KIT = "Frameworks/Kit.framework/Kit"


def states(knowledge, *facts):
    """The states of all purpose strings, by key."""
    app = trace_use(case.app(*facts), knowledge)
    return {f.key: " ".join(f.condition[1:]) for f in app.facts if f.kind == "purpose-string"}


def camera(knowledge, *facts):
    return states(knowledge, CAMERA, *facts)["NSCameraUsageDescription"]


def test_what_the_app_itself_calls_needs_no_word(knowledge):
    assert camera(knowledge, f"Lamp | {DEVICE}", f"Lamp | {VIDEO}") == ""


def test_what_only_a_framework_calls_is_told_with_its_name(knowledge):
    assert camera(knowledge, f"{KIT} | {DEVICE}", f"{KIT} | {VIDEO}") == "referenced by Kit.framework, not by the app"


def test_an_extension_is_called_by_its_name(knowledge):
    text = f"PlugIns/Share.appex/Info.plist {CAMERA}"
    found = states(knowledge, text, f"Lamp | {DEVICE}", f"Lamp | {VIDEO}")
    assert found == {"NSCameraUsageDescription": "referenced by Lamp.app, not by Share.appex"}


def test_without_any_name_in_code_nothing_references_it(knowledge):
    assert camera(knowledge, "Lamp | class:CBCentralManager") == NOT_REFERENCED


def test_a_runtime_that_names_classes_as_text_leaves_no_trace(knowledge):
    dotnet = "| framework-marker:.NET for iOS=dynamic"
    assert camera(knowledge, "Lamp | class:CBCentralManager", dotnet) == (
        f"{UNKNOWN}: .NET for iOS names classes as text"
    )
    assert camera(knowledge, dotnet, f"Lamp | {DEVICE}", f"Lamp | {VIDEO}") == ""
    assert camera(knowledge, "Lamp | class:CBCentralManager", "| framework-marker:Cordova=script") == NOT_REFERENCED


def test_one_class_of_two_resources_proves_only_the_one_whose_constant_stands_beside_it(knowledge):
    assert states(knowledge, CAMERA, MICROPHONE, f"Lamp | {DEVICE}", f"Lamp | {VIDEO}") == {
        "NSCameraUsageDescription": "",
        "NSMicrophoneUsageDescription": f"{UNKNOWN}: names AVCaptureDevice and no more",
    }


def test_the_constant_in_another_binary_proves_nothing(knowledge):
    assert camera(knowledge, f"Lamp | {DEVICE}", f"{KIT} | {VIDEO}").startswith(UNKNOWN)


def test_a_framework_that_is_linked_is_a_hint(knowledge):
    assert camera(knowledge, "Lamp | framework:ARKit") == f"{UNKNOWN}: names ARKit and no more"


@pytest.mark.parametrize(
    ("closed", "words"),
    [("encrypted:FairPlay=4096", "encrypted"), ("unread-code:imports=is stripped", "not all code was read")],
)
def test_absence_in_closed_code_proves_nothing(knowledge, closed, words):
    assert camera(knowledge, f"Lamp | {closed}") == f"{UNKNOWN}: {words}"


def test_the_local_network_leaves_no_trace_that_could_be_missing(knowledge):
    found = states(knowledge, "| purpose-string:NSLocalNetworkUsageDescription=Finds your hub. | locale=en")
    assert found == {"NSLocalNetworkUsageDescription": ""}
