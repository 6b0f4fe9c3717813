"""The strings in the code of a renamed class in, the support-library class that it is known to be out.

R8 renames classes and keeps their strings. Only classes that reach guarded interfaces stand here: each with strings
that its code has had in every release that was read, and that no other class holds together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

FINGERPRINTS: tuple[tuple[str, frozenset[bytes]], ...] = tuple(
    (name, frozenset(text.encode() for text in texts))
    for name, texts in (
        ("androidx.appcompat.app.TwilightManager", ("TwilightManager", "Failed to get last known location")),
        ("androidx.appcompat.widget.TooltipPopup", ("TooltipPopup", "Cannot find app view")),
        ("androidx.appcompat.app.AppCompatDelegateImpl", (
            "You need to use a Theme.AppCompat theme (or descendant) with this activity.",)),
        ("androidx.core.app.NotificationManagerCompat", ("OP_POST_NOTIFICATION", "enabled_notification_listeners")),
        ("androidx.core.app.NotificationManagerCompat", ("android.support.useSideChannel", "notification")),
        ("androidx.core.content.FileProvider", (
            "android.support.FILE_PROVIDER_PATHS", "Provider must not be exported")),
        ("androidx.core.content.FileProvider", (
            "Missing android.support.FILE_PROVIDER_PATHS meta-data", "Failed to resolve canonical path for ")),
        ("androidx.core.os.EnvironmentCompat", ("EnvironmentCompat", "Failed to resolve canonical path: ")),
        ("androidx.core.content.ContextCompat", ("ContextCompat", "Unable to create files subdir ")),
        ("androidx.core.location.LocationManagerCompat", (
            "location_mode", "location_providers_allowed")),
        ("androidx.work.impl.utils.ForceStopRunnable", ("ACTION_FORCE_STOP_RESCHEDULE", "ForceStopRunnable")),
        ("androidx.work.impl.utils.ForceStopRunnable", ("ACTION_FORCE_STOP_RESCHEDULE", "alarm")),
        ("androidx.work.impl.background.systemalarm.Alarms", (
            "Cancelling existing alarm with (workSpecId, systemId) (",)),
        ("com.google.android.gms.common.GoogleApiAvailability", (
            "GooglePlayServicesUpdatingDialog", "com.google.android.gms.availability")),
        ("com.google.android.gms.ads.identifier.AdvertisingIdClient", (
            "com.google.android.gms.ads.identifier.service.START", "AdvertisingIdClient")),
        ("com.google.android.gms.ads.identifier.AdvertisingIdClient", (
            "AdvertisingIdClient unbindService failed.",)),
        ("com.google.android.gms.vision.CameraSource", (
            "Could not find suitable preview size.", "Frame processing thread interrupted on release.")),
        ("com.google.firebase.messaging.CommonNotificationBuilder", (
            "Missing Default Notification Channel metadata in AndroidManifest. Default value will be used.",)),
    )
)  # fmt: skip

SELF_ACTING = frozenset({
    "androidx.appcompat.app.TwilightManager", "android.support.v7.app.TwilightManager",
    "androidx.appcompat.widget.TooltipPopup", "android.support.v7.widget.TooltipPopup",
    "androidx.appcompat.app.AppCompatDelegateImpl", "android.support.v7.app.AppCompatDelegateImpl",
    "android.support.v7.app.AppCompatDelegateImplV9", "android.support.v7.app.AppCompatDelegateImplV7",
    "androidx.core.content.FileProvider", "android.support.v4.content.FileProvider",
    "androidx.work.impl.utils.ForceStopRunnable", "androidx.work.impl.background.systemalarm.Alarms",
    "com.google.android.gms.common.GoogleApiAvailability",
})  # fmt: skip
"""Classes that reach a guarded interface in every app that carries them: no sign of what the app does."""

_WRAPPERS = {
    "core.app.AlarmManagerCompat": "setExact setExactAndAllowWhileIdle setAlarmClock",
    "core.app.NotificationManagerCompat": "notify areNotificationsEnabled createNotificationChannel",
    "core.content.ContextCompat": "getExternalFilesDirs getExternalCacheDirs",
    "core.os.EnvironmentCompat": "getStorageState",
    "core.location.LocationManagerCompat": """
        getCurrentLocation requestLocationUpdates removeUpdates registerGnssStatusCallback
        registerGnssMeasurementsCallback""",
    "core.telephony.TelephonyManagerCompat": "getImei getSubscriptionId",
    "core.hardware.fingerprint.FingerprintManagerCompat": "authenticate hasEnrolledFingerprints isHardwareDetected",
}
LEAVES: Mapping[str, tuple[str, ...]] = {
    name: tuple(members.split())
    for leaf, members in _WRAPPERS.items()
    for name in (f"androidx.{leaf}", f"android.support.v4.{leaf.removeprefix('core.')}")
}
"""Thin wrappers around platform classes, and their methods that reach what is guarded: who calls one of them uses what
it wraps, and the class does nothing by itself."""


def recognise(strings: Collection[bytes]) -> str:
    """The class whose strings these are, empty where it is none that is known."""
    return next((name for name, wanted in FINGERPRINTS if wanted.issubset(strings)), "")


def is_renamed(name: str) -> bool:
    """Whether a class bears a name that says nothing: a shrinker gives names of few small letters."""
    last = name.rpartition(".")[2].partition("$")[0]
    return last[:1].islower() and (len(last) <= 3 or (len(last) == 4 and last[1:].isdigit()))


def outer(name: str) -> str:
    """The outermost class of a nested one."""
    return name.partition("$")[0]
