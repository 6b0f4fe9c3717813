"""Facts of an Android app in, the reasons why code that uses a permission may exist and not be seen out.

That nothing uses a permission is claimed only where there is none: all code was read, the app starts in code of its
own, and nothing reaches what is guarded by name or on the way through a library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from permcheck.model import AppFacts, Fact

Reason = tuple[str, Fact | None]

HARMLESS = re.compile(
    r"lib(?:c\+\+_shared|gnustl_shared|stlport_shared|sqlcipher|sqlite(?:3|3x|X|jni)?|realm-jni|conscrypt(?:_gmscore)?_jni|"
    r"crashlytics(?:-[a-z]+)?|imagepipeline|static-webp|native-(?:imagetranscoder|filters)|gifimage|pl_droidsonroids_gif|"
    r"fbjni|mmkv|toolChecker|tool-checker|rsjni(?:_androidx)?|RSSupport|webpbacktool|jingle_fallback|androidx\.graphics\.path|"
    r"datastore_shared_counter|dynamic_demo|blasV8|rs\.[\w]+|modpdfium|modft2|modpng|pdfium(?:ium)?|surface_util_jni|"
    r"image_processing_util_jni|jsc|yoga)\.so"
)
"""Native libraries that compute, store or draw, and reach nothing that a permission guards."""

HOW = {
    "native": "its code reaches the platform from native libraries",
    "script": "its code is script that reaches the platform through a bridge",
    "managed": "its code is compiled for a runtime of its own",
    "packed": "its code is packed and unfolds only while it runs",
}


def unclear(app: AppFacts) -> Iterator[Reason]:
    """Every reason that holds for all permissions of an app."""
    yield from _frameworks(app)
    yield from _loaded(app)
    yield from _unread(app)
    yield from _native(app)
    yield from _elsewhere(app)


def _frameworks(app: AppFacts) -> Iterator[Reason]:
    markers = {fact.key: fact for fact in reversed(app.facts) if fact.kind == "framework-marker"}
    for _, fact in sorted(markers.items()):
        yield f"{fact.key} ({HOW.get(fact.value, fact.value)})", fact


def _loaded(app: AppFacts) -> Iterator[Reason]:
    """Code that the app loads while it runs; what an SDK loads is its own, and Play services always do so."""
    loaders = (fact for fact in app.facts if fact.kind == "dynamic-code" and fact.value)
    for fact in loaders:
        if fact.code_owner in ("own", "unknown") and not fact.value.startswith("com.google.android.gms."):
            yield f"{fact.value} loads further code while the app runs", fact
            return


def _unread(app: AppFacts) -> Iterator[Reason]:
    if not any(fact.kind == "code-package" for fact in app.facts):
        yield "no code was read", None
    elif any(gap.location.path.endswith(".dex") for gap in app.gaps):
        yield "part of the code was not read, or is loaded only while the app runs", None
    elif any("code" in gap.reason for gap in app.gaps):
        yield "the bundle holds code that was not read", None
    for fact in app.facts:
        if fact.kind == "tampering" and fact.key == "janus":
            yield "old devices run other code, which stands in front of the archive", fact


def _native(app: AppFacts) -> Iterator[Reason]:
    names = sorted(
        {fact.key for fact in app.facts if fact.kind == "native-library" and not HARMLESS.fullmatch(fact.key)}
    )
    if names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        first = next(fact for fact in app.facts if fact.kind == "native-library" and fact.key == names[0])
        yield f"native code was not read ({', '.join(names[:3])}{more})", first


def _elsewhere(app: AppFacts) -> Iterator[Reason]:
    """Signs that what the app does stands elsewhere than in its classes."""
    launchers = [fact for fact in app.facts if fact.kind == "launcher"]
    foreign = [fact for fact in launchers if fact.code_owner in ("sdk", "framework")]
    if foreign and len(foreign) == len(launchers):
        yield f"the app starts in {foreign[0].key}, which is not its own code", foreign[0]
    lost = [fact for fact in launchers if not fact.is_dead and not _has_package(app, fact.key)]
    if lost and len(lost) == len(launchers):
        yield f"{lost[0].key}, in which the app starts, is not in the code that was read", lost[0]
    for fact in app.facts:
        if fact.kind == "application-attribute" and fact.key == "sharedUserId":
            yield f"its permissions serve every app of the shared user {fact.value}", fact


def _has_package(app: AppFacts, name: str) -> bool:
    package = name.rpartition(".")[0]
    known = (fact.key for fact in app.facts if fact.kind == "code-package")
    return any(package == key or package.startswith(f"{key}.") or key.startswith(f"{package}.") for key in known)
