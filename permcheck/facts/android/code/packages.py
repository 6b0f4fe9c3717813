"""An Android bundle in, signs of whose code it carries out: code packages, native libraries, frameworks, spare code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from permcheck.bundles import Bundle, Part
from permcheck.bundles.archive import ZipContainer
from permcheck.errors import BundleError
from permcheck.facts.android.code.dex_file import is_dex
from permcheck.model import Fact, Gap, Location

PACKAGES_LIMIT = 1000
"""Packages that one part lists; beyond it, packages are told apart by fewer names."""
DEPTH = 6
"""Names of a package that are told apart: ``com.google.android.gms.ads.identifier`` and no deeper."""

SUPPORT = ("androidx", "android", "com.google.android.material", "com.google.android.gms.common", "kotlin", "kotlinx")
"""Code that nearly every app carries and that reaches guarded interfaces only on behalf of a caller.

``android`` is the old support library, and stubs of platform classes, which a device never loads from an app.
"""

_SHALLOW = {"android": 2, "androidx": 4, "kotlin": 1, "kotlinx": 2, "java": 1, "javax": 1, "dalvik": 1, "j$": 1}


def recognizes(bundle: Bundle) -> bool:
    """Whether the bundle can hold Android code."""
    return bundle.platform == "android"


def extract(bundle: Bundle, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:  # noqa: ARG001  (every extractor has one signature)
    """List native libraries, the markers of frameworks and packers, and code that nothing here reads.

    A ``framework-marker`` has the framework's name as key and how its code reaches the platform as value: ``native``,
    ``script``, ``managed`` or ``packed``.
    """
    for part in bundle.parts:
        names = sorted(n.removeprefix(part.root) for n in part.container.names() if n.startswith(part.root))
        yield from native_libraries(part, names)
        yield from framework_markers(part, names)
        yield from _unread(part, names, {other.path for other in bundle.parts})


def package_facts(packages: Counter[bytes], location: Location, known: frozenset[str] = frozenset()) -> Iterator[Fact]:
    """One ``code-package`` fact per package, cut to at most `DEPTH` names; the value counts its classes.

    A package below one that is ``known`` is never cut shorter than that one, however many packages there are.
    """
    tried = (_counted(packages, depth, known) for depth in range(DEPTH, 0, -1))
    counts = next((counts for counts in tried if len(counts) <= PACKAGES_LIMIT), _counted(packages, 1, known))
    ranked = sorted(counts.items(), key=lambda item: (item[0] not in known, -item[1], item[0]))
    for package, count in sorted(ranked[:PACKAGES_LIMIT], key=lambda item: (-item[1], item[0])):
        if package:
            yield Fact("code-package", package, str(count), location)


def shorten(package: str, depth: int = DEPTH) -> str:
    """A package cut to the names that tell products apart."""
    names = package.split(".")
    return ".".join(names[: min(depth, _SHALLOW.get(names[0], DEPTH))])


def _counted(packages: Counter[bytes], depth: int, known: frozenset[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for name, count in packages.items():
        package = name.decode("utf-8", "replace").replace("/", ".")
        counts[max(shorten(package, depth), _under(package, known), key=len)] += count
    return counts


def _under(package: str, known: frozenset[str]) -> str:
    """The longest known package that holds this one."""
    while package and package not in known:
        package = package.rpartition(".")[0]
    return package


def support_library(name: str) -> str:
    """The support library that a class belongs to, empty where it is none."""
    return next((prefix for prefix in SUPPORT if name.startswith(f"{prefix}.")), "")


def native_libraries(part: Part, names: list[str]) -> Iterator[Fact]:
    """One ``native-library`` fact per file name; the value lists the processor types that it is built for."""
    types: dict[str, set[str]] = {}
    for name in names:
        match = _LIBRARY.fullmatch(name)
        if match:
            types.setdefault(match["file"], set()).add(match["abi"])
    for file, abis in sorted(types.items()):
        first = min(abis)
        yield Fact("native-library", file, " ".join(sorted(abis)), part.location(f"lib/{first}/{file}"))


def framework_markers(part: Part, names: list[str]) -> Iterator[Fact]:
    """One ``framework-marker`` fact per framework or packer, at the first member that gives it away."""
    seen = set()
    for name in names:
        match = _MARKER.fullmatch(name)
        if match and match.lastgroup not in seen:
            seen.add(match.lastgroup)
            framework, how, _ = _MARKERS[int(str(match.lastgroup)[1:])]
            yield Fact("framework-marker", framework, how, part.location(name))


def _unread(part: Part, names: list[str], read: set[str]) -> Iterator[Gap]:
    for name in names:
        location = part.location(name)
        if name.lower().endswith((".apk", ".jar", ".aar")) and location.path not in read:
            yield Gap(location, "an archive inside the bundle that can hold code was not read")
        elif name.startswith(("assets/", "res/raw/")) and _hides_code(part, name):
            yield Gap(location, "code under another name, which the app can load while it runs, was not read")


def _hides_code(part: Part, name: str) -> bool:
    """Whether a file that is not called code starts like a DEX file or like an archive with code in front."""
    container = part.container
    if name.lower().endswith(_HARMLESS) or not isinstance(container, ZipContainer):
        return False
    try:
        head = container.start(part.root + name, 64)
    except BundleError:
        return False
    return is_dex(head) or (head[:4] == b"PK\3\4" and head[30:].startswith((b"classes", b"AndroidManifest.xml")))


_HARMLESS = (
    ".dex", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg", ".mp3", ".ogg", ".wav", ".mp4", ".ttf", ".otf", ".xml",
    ".json", ".html", ".htm", ".js", ".css", ".txt", ".md", ".properties", ".so", ".pdf",
)  # fmt: skip


_LIBRARY = re.compile(r"lib/(?P<abi>[^/]+)/(?P<file>lib[^/]+\.so)")

_SO = r"(?:lib/[^/]+|assets)/(?:[^/]+/)*lib"
_MARKERS = (
    ("Flutter", "native", _SO + r"flutter\.so|assets/flutter_assets/.*"),
    ("React Native", "script", _SO + r"(?:reactnative(?:jni)?|hermes)\.so|assets/index\.android\.bundle"),
    ("Unity", "managed", _SO + r"(?:unity|il2cpp)\.so|assets/bin/Data/.*"),
    ("Unreal Engine", "native", _SO + r"(?:UE4|Unreal)\.so"),
    ("Godot", "script", _SO + r"godot_android\.so"),
    ("Cocos", "script", _SO + r"cocos(?:2d[^/]*)?\.so"),
    (
        ".NET for Android",
        "managed",
        _SO + r"(?:monodroid|monosgen-2\.0|xamarin-app|coreclr|assembly-store)\.so|assemblies/.*",
    ),
    ("NativeScript", "script", _SO + r"NativeScript\.so"),
    ("Cordova", "script", r"assets/www/cordova\.js"),
    ("Capacitor", "script", r"assets/capacitor\.config\.json"),
    ("uni-app", "script", r"assets/apps/__UNI__.*"),
    ("Weex", "script", _SO + r"weex[^/]*\.so"),
    ("Qt", "native", _SO + r"Qt\dCore[^/]*\.so|" + _SO + r"Qt5Core\.so"),
    ("Python for Android", "script", _SO + r"python3[^/]*\.so|assets/private\.(?:mp3|tar)"),
    ("Titanium", "script", _SO + r"kroll-v8\.so|assets/_app_props_\.json|assets/Resources/_app_props_\.json"),
    ("Adobe AIR", "managed", r"assets/META-INF/AIR/application\.xml"),
    ("Solar2D", "script", _SO + r"corona\.so|assets/resource\.car"),
    ("Defold", "script", r"assets/game\.(?:projectc|arcd|arci|dmanifest)"),
    ("GameMaker", "script", _SO + r"yoyo\.so|assets/game\.droid"),
    ("Lynx", "script", _SO + r"lynx\.so"),
    ("Tauri", "native", r"assets/tauri\.conf\.json"),
    ("360 Jiagu packer", "packed", _SO + r"jiagu[^/]*\.so"),
    ("Tencent Legu packer", "packed", _SO + r"(?:shella|shellx|shell-super)[^/]*\.so"),
    ("SecNeo packer", "packed", _SO + r"(?:secexe|secmain|SecShell|DexHelper)[^/]*\.so"),
    ("Ijiami packer", "packed", _SO + r"execmain\.so|assets/ijiami[^/]*\.dat"),
    ("Baidu packer", "packed", _SO + r"baiduprotect[^/]*\.so"),
    ("NetEase packer", "packed", _SO + r"nesec\.so"),
    ("DexProtector", "packed", _SO + r"dexprotector[^/]*\.so"),
)
"""Framework or packer, how its code reaches the platform, the members that give it away."""

_MARKER = re.compile("|".join(f"(?P<m{number}>{pattern})" for number, (_, _, pattern) in enumerate(_MARKERS)))
