"""Members of platform classes in, the same under the names of the platform classes that inherit them out.

A call on ``Main extends Activity`` names a method of ``Context`` by ``Main``; the classes between the two are the
platform's own, so no DEX file defines them. Superclasses are those of the platform's reference.
Source: https://developer.android.com/reference/android/content/Context
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_CHILDREN = {
    "android.content.Context": "android.content.ContextWrapper android.content.MutableContextWrapper",
    "android.content.ContextWrapper": """
        android.view.ContextThemeWrapper android.app.Application android.app.Service android.app.backup.BackupAgent
        androidx.appcompat.view.ContextThemeWrapper android.support.v7.view.ContextThemeWrapper""",
    "android.view.ContextThemeWrapper": "android.app.Activity",
    "android.app.Activity": """
        android.app.ListActivity android.app.ExpandableListActivity android.app.ActivityGroup android.app.NativeActivity
        android.app.LauncherActivity android.app.AliasActivity android.accounts.AccountAuthenticatorActivity
        android.preference.PreferenceActivity androidx.core.app.ComponentActivity androidx.activity.ComponentActivity
        androidx.fragment.app.FragmentActivity androidx.appcompat.app.AppCompatActivity
        android.support.v4.app.FragmentActivity android.support.v7.app.AppCompatActivity
        android.support.v7.app.ActionBarActivity""",
    "android.app.ActivityGroup": "android.app.TabActivity",
    "android.app.Application": """
        androidx.multidex.MultiDexApplication android.support.multidex.MultiDexApplication""",
    "android.app.Service": """
        android.app.IntentService android.app.job.JobService android.accessibilityservice.AccessibilityService
        android.inputmethodservice.AbstractInputMethodService android.net.VpnService
        android.service.notification.NotificationListenerService android.service.quicksettings.TileService
        android.service.wallpaper.WallpaperService android.service.dreams.DreamService android.telecom.ConnectionService
        android.telecom.InCallService android.telecom.CallScreeningService android.service.autofill.AutofillService
        android.service.media.MediaBrowserService android.nfc.cardemulation.HostApduService
        android.companion.CompanionDeviceService android.speech.RecognitionService
        android.speech.tts.TextToSpeechService android.widget.RemoteViewsService
        androidx.core.app.JobIntentService androidx.lifecycle.LifecycleService
        com.google.firebase.messaging.FirebaseMessagingService""",
    "android.inputmethodservice.AbstractInputMethodService": "android.inputmethodservice.InputMethodService",
}

HEIRS: Mapping[str, tuple[str, ...]] = {parent: tuple(children.split()) for parent, children in _CHILDREN.items()}
"""Platform class -> those that extend it directly, and library classes that always extend it at some distance."""


def heirs_of(name: str) -> Iterator[str]:
    """Every class that inherits from a platform class, near ones first."""
    for child in HEIRS.get(name, ()):
        yield child
        yield from heirs_of(child)
