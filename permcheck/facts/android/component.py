"""A `Manifest` in, what its components reach out: special access, foreground services, queries, meta-data, features."""

from __future__ import annotations

from collections.abc import Iterator

from permcheck.facts.android.document import (
    ALLOW_BACKUP,
    AUTHORITIES,
    ENABLED,
    FOREGROUND_TYPE,
    NAME,
    PERMISSION,
    REQUIRED,
    SHARED_USER,
    TARGET_ACTIVITY,
    VALUE,
    Manifest,
)
from permcheck.facts.android.network import cleartext
from permcheck.facts.android.xml import BOOLEAN, Element
from permcheck.model import Fact, Gap

FOREGROUND_TYPES = {
    1: "dataSync",
    1 << 1: "mediaPlayback",
    1 << 2: "phoneCall",
    1 << 3: "location",
    1 << 4: "connectedDevice",
    1 << 5: "mediaProjection",
    1 << 6: "camera",
    1 << 7: "microphone",
    1 << 8: "health",
    1 << 9: "remoteMessaging",
    1 << 10: "systemExempted",
    1 << 11: "shortService",
    1 << 12: "fileManagement",
    1 << 13: "mediaProcessing",
    1 << 30: "specialUse",
}
"""Bits of ``android:foregroundServiceType``: https://developer.android.com/reference/android/R.attr#foregroundServiceType"""
_HARMLESS_BINDS = frozenset(
    f"android.permission.BIND_{name}"
    for name in (
        "APPWIDGET",
        "CHOOSER_TARGET_SERVICE",
        "CONDITION_PROVIDER_SERVICE",
        "CONTROLS",
        "DREAM_SERVICE",
        "JOB_SERVICE",
        "MIDI_DEVICE_SERVICE",
        "PRINT_SERVICE",
        "QUICK_SETTINGS_TILE",
        "REMOTEVIEWS",
        "ROUTE_PROVIDER",
        "WALLPAPER",
    )
)
"""Guards of services that the system calls without handing over anything of the user's."""
_ACTIONS = frozenset(
    {
        "android.intent.action.VIEW_PERMISSION_USAGE",
        "androidx.health.ACTION_SHOW_PERMISSIONS_RATIONALE",
        "android.provider.Telephony.SMS_DELIVER",
        "android.provider.Telephony.SMS_RECEIVED",
        "android.intent.action.DIAL",
        "android.intent.action.NEW_OUTGOING_CALL",
        "android.intent.action.PHONE_STATE",
        "android.intent.action.BOOT_COMPLETED",
        "android.app.action.DEVICE_ADMIN_ENABLED",
        "android.service.notification.NotificationListenerService",
        "android.accessibilityservice.AccessibilityService",
        "android.net.VpnService",
    }
)
"""Intent filters that show a role (default SMS or phone app) or a kind of access that rules ask about."""
_LAUNCHERS = ("android.intent.category.LAUNCHER", "android.intent.category.LEANBACK_LAUNCHER")
_COMPONENTS = ("activity", "activity-alias", "service", "receiver", "provider")


def components(manifest: Manifest) -> Iterator[Fact | Gap]:
    """All facts of one manifest that do not stand in ``uses-permission``."""
    yield from _features(manifest)
    yield from _queries(manifest)
    shared = manifest.words(manifest.root, SHARED_USER)
    if shared:
        yield manifest.fact("application-attribute", "sharedUserId", shared, "manifest")
    for application in manifest.root.find("application"):
        if manifest.words(application, NAME):
            yield manifest.fact("application-class", manifest.component(application), "", "application")
        backup = manifest.words(application, ALLOW_BACKUP)
        if backup:
            yield manifest.fact("application-attribute", "allowBackup", backup, "application")
        yield from cleartext(manifest, application)
        yield from _meta_data(manifest, application, "application")
        for element in application.find(*_COMPONENTS):
            yield from _component(manifest, element)


def _features(manifest: Manifest) -> Iterator[Fact]:
    for element in manifest.root.find("uses-feature"):
        name = manifest.words(element, NAME)
        if name:
            required = manifest.truth(element, REQUIRED, default=True)
            yield manifest.fact("feature", name, "required" if required else "optional", "uses-feature")


def _queries(manifest: Manifest) -> Iterator[Fact]:
    """Which other apps the app may see; an intent that most apps answer shows nearly all of them."""
    for queries in manifest.root.find("queries"):
        for element in queries.find("package"):
            yield manifest.fact("queries", f"package:{manifest.words(element, NAME)}", "", "queries/package")
        for element in queries.find("provider"):
            yield manifest.fact("queries", f"provider:{manifest.words(element, AUTHORITIES)}", "", "queries/provider")
        for element in queries.find("intent"):
            for action in element.find("action"):
                yield manifest.fact("queries", f"intent:{manifest.words(action, NAME)}", "", "queries/intent")


def _meta_data(manifest: Manifest, element: Element, anchor: str) -> Iterator[Fact]:
    """Names of meta-data; values only where they are switches, since others may be keys that nobody should print."""
    for item in element.find("meta-data"):
        name = manifest.words(item, NAME)
        if name:
            value = item.attributes.get(VALUE)
            words = manifest.words(item, VALUE)
            switch = words if words in ("true", "false") or (value and value.type == BOOLEAN) else ""
            yield manifest.fact("meta-data", name, switch, f"{anchor}/meta-data")


def _component(manifest: Manifest, element: Element) -> Iterator[Fact]:
    name = manifest.component(element)
    anchor = f"{element.tag} {name}"
    disabled = "" if manifest.truth(element, ENABLED, default=True) else "disabled at install"
    guard = manifest.words(element, PERMISSION)
    if guard.startswith("android.permission.BIND_") and guard not in _HARMLESS_BINDS:
        yield manifest.fact("special-access", guard, name, anchor, disabled)
    types = manifest.number(element, FOREGROUND_TYPE, 0) if element.tag == "service" else 0
    if element.tag == "service" and not types:
        yield manifest.fact("untyped-service", name, "", anchor, disabled)
    for bit, word in FOREGROUND_TYPES.items():
        if types & bit:
            yield manifest.fact("foreground-service", word, name, anchor, disabled)
    if element.tag.startswith("activity") and _is_launcher(manifest, element):
        activity = manifest.component(element, TARGET_ACTIVITY if element.tag == "activity-alias" else NAME)
        yield manifest.fact("launcher", activity, "", anchor, disabled)
    for action in _actions(manifest, element):
        yield manifest.fact("intent-filter", action, name, anchor, disabled)
    yield from _meta_data(manifest, element, anchor)


def _is_launcher(manifest: Manifest, element: Element) -> bool:
    """Whether the home screen starts an activity."""
    categories = (category for intents in element.find("intent-filter") for category in intents.find("category"))
    return any(manifest.words(category, NAME) in _LAUNCHERS for category in categories)


def _actions(manifest: Manifest, element: Element) -> Iterator[str]:
    for intents in element.find("intent-filter"):
        for action in intents.find("action"):
            name = manifest.words(action, NAME)
            if name in _ACTIONS:
                yield name
