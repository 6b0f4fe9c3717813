"""An iOS bundle in, the frameworks that its files give away out: whose runtime its code may run in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from permcheck.bundles import Bundle
from permcheck.model import Fact, Gap

_KIT = r"(?:Frameworks/)?"
_MARKERS = (
    ("Flutter", "native", _KIT + r"Flutter\.framework/.*|" + _KIT + r"App\.framework/flutter_assets/.*"),
    ("React Native", "script", r"main\.jsbundle|" + _KIT + r"hermes\.framework/.*"),
    ("Cordova", "script", r"www/cordova\.js"),
    ("Capacitor", "script", r"capacitor\.config\.json|" + _KIT + r"Capacitor\.framework/.*"),
    ("NativeScript", "dynamic", _KIT + r"NativeScript\.framework/.*"),
    ("Titanium", "dynamic", _KIT + r"TitaniumKit\.framework/.*|" + r"_app_props_\.json"),
    (".NET for iOS", "dynamic", r"(?:.*/)?(?:Microsoft|Xamarin)\.iOS\.(?:dll|aotdata.*)|runtimeconfig\.bin"),
    ("Unity", "managed", r"Data/(?:Managed/.*|globalgamemanagers(?:\..*)?)|" + _KIT + r"UnityFramework\.framework/.*"),
    ("Unreal Engine", "native", r"(?:cookeddata/.*|ue4?commandline\.txt)"),
    ("Compose Multiplatform", "native", r"compose-resources/.*"),
    ("Adobe AIR", "managed", r"META-INF/AIR/application\.xml"),
    ("Solar2D", "script", r"resource\.car"),
    ("Defold", "script", r"game\.(?:projectc|arcd|arci|dmanifest)"),
    ("GameMaker", "script", r"game\.ios"),
    ("Lynx", "script", _KIT + r"Lynx\.framework/.*"),
)  # fmt: skip
"""Framework, how its code reaches the platform, the members that give it away; ``dynamic`` code names classes as text,
so that no binary has to refer to them."""

_MARKER = re.compile("|".join(f"(?P<m{number}>{pattern})" for number, (_, _, pattern) in enumerate(_MARKERS)))


def recognizes(bundle: Bundle) -> bool:
    """Whether the bundle is one of iOS."""
    return bundle.platform == "ios"


def extract(bundle: Bundle, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:  # noqa: ARG001  (every extractor has one signature)
    """One ``framework-marker`` fact per framework, at the first member that gives it away."""
    seen = set()
    for part in bundle.parts[:1]:
        for name in sorted(n.removeprefix(part.root) for n in part.container.names() if n.startswith(part.root)):
            match = _MARKER.fullmatch(name)
            if match and match.lastgroup not in seen:
                seen.add(match.lastgroup)
                framework, how, _ = _MARKERS[int(str(match.lastgroup)[1:])]
                yield Fact("framework-marker", framework, how, part.location(name))
