"""The names that Apple gives to protected resources are all known, each to the category that people expect."""

from __future__ import annotations

import pytest

from permcheck.knowledge import load_knowledge
from permcheck.model import Fact

KNOWLEDGE = load_knowledge()
STRINGS = {
    "location": ["LocationWhenInUse", "LocationAlwaysAndWhenInUse", "LocationAlways", "Location"],
    "location-background": ["LocationAlwaysAndWhenInUse", "LocationAlways"],
    "camera": ["Camera"],
    "microphone": ["Microphone"],
    "photos": ["PhotoLibrary", "PhotoLibraryAdd"],
    "bluetooth": ["BluetoothAlways", "BluetoothPeripheral"],
    "local-network": ["LocalNetwork"],
    "home": ["HomeKit"],
    "health": ["HealthShare", "HealthUpdate", "HealthClinicalHealthRecordsShare"],
    "contacts": ["Contacts"],
    "calendar": ["CalendarsFullAccess", "CalendarsWriteOnlyAccess", "RemindersFullAccess", "Calendars", "Reminders"],
    "motion": ["Motion", "FallDetection"],
    "biometrics": ["FaceID"],
    "tracking": ["UserTracking"],
    "nearby-interaction": ["NearbyInteraction", "NearbyInteractionAllowOnce"],
    "speech": ["Siri", "SpeechRecognition"],
    "exact-alarm": ["AlarmKit"],
    "sms": ["CriticalMessaging"],
    "media-library": ["AppleMusic"],
    "focus-status": ["FocusStatus"],
    "tv-provider": ["VideoSubscriberAccount"],
    "friends-list": ["GKFriendList"],
    "financial-data": ["FinancialData"],
    "identity-documents": ["Identity"],
    "research-sensors": ["SensorKit"],
}
OTHERS = {
    "nfc": ["purpose-string:NFCReaderUsageDescription", "entitlement:com.apple.developer.nfc.readersession.formats"],
    "location": ["purpose-string:NSLocationTemporaryUsageDescriptionDictionary", "plist-key:NSWidgetWantsLocation"],
    "location-approximate": ["plist-key:NSLocationDefaultAccuracyReduced"],
    "location-background": ["background-mode:location", "entitlement:com.apple.developer.location.push"],
    "ordinary": ["background-mode:audio", "background-mode:processing", "background-mode:self-care"],
    "bluetooth": ["background-mode:bluetooth-central", "plist-key:NSAccessorySetupBluetoothServices"],
    "local-network": [
        "bonjour-service:_lamp._tcp",
        "bonjour-service:_matter._tcp",
        "plist-key:WiFiAwareServices",
        "entitlement:com.apple.developer.networking.multicast",
        "entitlement:com.apple.developer.networking.wifi-info",
        "entitlement:com.apple.developer.networking.HotspotConfiguration",
    ],
    "home": [
        "bonjour-service:_matterc._udp",
        "entitlement:com.apple.developer.homekit",
        "entitlement:com.apple.developer.matter.allow-setup-payload",
        "extension-point:com.apple.matter.support.extension.device-setup",
    ],
    "health": [
        "entitlement:com.apple.developer.healthkit",
        "entitlement:com.apple.developer.healthkit.access",
        "background-mode:workout-processing",
    ],
    "notifications": [
        "entitlement:aps-environment",
        "background-mode:remote-notification",
        "entitlement:com.apple.developer.usernotifications.critical-alerts",
        "extension-point:com.apple.usernotifications.service",
        "plist-key:NSSupportsLiveActivities",
    ],
    "usage-access": ["entitlement:com.apple.developer.family-controls"],
    "vpn": ["entitlement:com.apple.developer.networking.vpn.api"],
    "device-id": ["entitlement:com.apple.developer.device-information.user-assigned-device-name"],
}
EXPECTED = [
    *((category, f"purpose-string:NS{name}UsageDescription") for category, names in STRINGS.items() for name in names),
    *((category, name) for category, names in OTHERS.items() for name in names),
]


@pytest.mark.parametrize(("category", "name"), EXPECTED)
def test_a_name_belongs_to_its_category(category: str, name: str) -> None:
    kind, _, key = name.partition(":")
    assert category in [found.id for found, _ in KNOWLEDGE.signals_for("ios", Fact(kind, key))]


@pytest.mark.parametrize(
    "fact",
    [
        Fact("purpose-string", "NSTelepathyUsageDescription"),
        Fact("purpose-string", "NSLocalNetworkUsageDescription", condition=("tool-injected",)),
        Fact("bonjour-service", "_dartVmService._tcp", condition=("tool-injected",)),
        Fact("background-mode", "continuous"),
        Fact("extension-point", "com.apple.widgetkit-extension"),
    ],
)
def test_what_no_category_knows_stays_uncategorised(fact: Fact) -> None:
    assert KNOWLEDGE.signals_for("ios", fact) == []


def test_code_alone_never_asks_but_where_no_other_name_exists() -> None:
    """Notifications and face tracking need no purpose string and no entitlement of their own."""
    asking = {
        (category.id, signal.kind)
        for category in KNOWLEDGE.categories.values()
        for signal in category.signals
        if signal.platform == "ios" and signal.asks and signal.kind in ("class", "symbol", "framework", "selector")
    }
    assert asking == {("notifications", "class"), ("face-data", "class")}
