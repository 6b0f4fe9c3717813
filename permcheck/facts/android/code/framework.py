"""The packages that code lies in, in, the frameworks whose runtime is compiled into it, out.

Such a runtime calls guarded interfaces on behalf of a program that stands elsewhere: in blocks, a script, a native
library or a web page. What its classes call tells nothing of what the app does, and neither does what they do not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from permcheck.model import Fact, Location

RUNTIMES = {
    "com.google.appinventor.components.runtime": ("App Inventor", "script"),
    "anywheresoftware.b4a": ("B4A", "managed"),
    "org.appcelerator.titanium": ("Titanium", "script"),
    "com.adobe.air": ("Adobe AIR", "managed"),
    "com.ansca.corona": ("Solar2D", "script"),
    "com.dynamo.android": ("Defold", "script"),
    "com.defold.android": ("Defold", "script"),
    "com.yoyogames.runner": ("GameMaker", "script"),
    "com.lynx.tasm": ("Lynx", "script"),
    "app.tauri": ("Tauri", "native"),
    "mono.android": (".NET for Android", "managed"),
    "org.godotengine.godot": ("Godot", "script"),
    "org.libsdl.app": ("SDL", "native"),
    "org.qtproject.qt": ("Qt", "native"),
    "org.qtproject.qt5.android": ("Qt", "native"),
    "org.kivy.android": ("Python for Android", "script"),
    "com.google.androidgamesdk": ("Android Game Development Kit", "native"),
    "com.google.androidbrowserhelper.trusted": ("Trusted Web Activity", "script"),
    "com.unity3d.player": ("Unity", "managed"),
    "com.epicgames.ue4": ("Unreal Engine", "native"),
    "com.epicgames.unreal": ("Unreal Engine", "native"),
    "org.haxe.lime": ("Haxe Lime", "native"),
    "com.embarcadero.firemonkey": ("FireMonkey", "native"),
    "org.renpy.android": ("Ren'Py", "script"),
    "com.runrev.android": ("LiveCode", "script"),
    "com.facebook.react": ("React Native", "script"),
    "io.flutter.embedding": ("Flutter", "native"),
    "org.apache.cordova": ("Cordova", "script"),
    "com.getcapacitor": ("Capacitor", "script"),
    "com.tns": ("NativeScript", "script"),
    "org.xwalk.core": ("Crosswalk", "script"),
    "io.dcloud": ("uni-app", "script"),
}
"""Package of a runtime's own classes -> its framework, and how that framework's code reaches the platform."""

MANY = 3
"""Classes that a runtime has at least; a single one may be a stub, or left over in a library."""


def runtime_markers(packages: Collection[tuple[str, int]], location: Location) -> Iterator[Fact]:
    """One ``framework-marker`` fact per framework whose runtime is in the code, given packages with their classes."""
    counts: dict[str, int] = {}
    for package, classes in packages:
        for runtime, (name, _) in RUNTIMES.items():
            if package == runtime or package.startswith(f"{runtime}."):
                counts[name] = counts.get(name, 0) + classes
    how = dict(RUNTIMES.values())
    for name in sorted(name for name, count in counts.items() if count >= MANY):
        yield Fact("framework-marker", name, how[name], location)
