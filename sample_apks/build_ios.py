"""The sources under ``sample_apks/ios`` in, the sample .ipa files beside this script out, the same bytes each time.

Needs clang-19 and lld-19 (``apt install clang-19 lld-19``), no Xcode and no SDK: the frameworks are stubs made from
``ios/sdk.toml``, the classes are declared in the sources. The binaries are genuine arm64 Mach-O files with an ad-hoc
signature; without a provisioning profile no device will install them.

A directory of a sample mirrors the bundle. ``bundle.toml`` says how it is built, ``*.m`` is compiled into its
executable, ``entitlements.plist`` goes into the signature, property lists and ``.strings`` become binary as Xcode makes
them, everything else is copied.
"""

from __future__ import annotations

import io
import plistlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tests.builders import adhoc_sign, macho  # noqa: E402  (the checkout's own builders)

SOURCES = HERE / "ios"
COMPILER, LINKER = "clang-19", "ld64.lld-19"
TARGETS = {
    "arm64": ("arm64-apple-ios15.0", "arm64-ios", ("ios", "15.0", "18.0")),
    "simulator": ("x86_64-apple-ios15.0-simulator", "x86_64-ios-simulator", ("ios-simulator", "15.0", "18.0")),
    "watch": ("arm64_32-apple-watchos8.0", "arm64_32-watchos", ("watchos", "8.0", "11.0")),
}
"""Name -> what the compiler, the stubs and the linker call it."""
NOT_SHIPPED = ("bundle.toml", "entitlements.plist")
STRINGS = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=\s*"((?:[^"\\]|\\.)*)"\s*;')


def samples() -> tuple[str, ...]:
    """The names of all samples: one directory of sources, one .ipa each."""
    return tuple(sorted(path.name for path in SOURCES.iterdir() if path.is_dir()))


def has_tools() -> bool:
    """Whether compiler and linker are installed."""
    return all(shutil.which(tool) for tool in (COMPILER, LINKER))


def build(name: str) -> bytes:
    """Build one sample; the bytes of its .ipa."""
    with tempfile.TemporaryDirectory() as scratch:
        members = dict(_members(SOURCES / name, Path(scratch)))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for path in sorted(members):
            file.writestr(_entry(path, members[path]), members[path])
    return archive.getvalue()


def _entry(path: str, data: bytes) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(f"Payload/{path}")
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = (0o100755 if macho_magic(data) else 0o100644) << 16
    return entry


def macho_magic(data: bytes) -> bool:
    """Whether a member is code, which is marked executable."""
    return data[:4] in (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


def _members(sample: Path, scratch: Path) -> Iterator[tuple[str, bytes]]:
    for source in sorted(sample.rglob("*")):
        path = source.relative_to(sample).as_posix()
        if source.name == "bundle.toml":
            yield from _binaries(source.parent, path.removesuffix("bundle.toml"), scratch)
        elif source.is_file() and source.suffix != ".m" and source.name not in NOT_SHIPPED:
            yield path, _shipped(source)


def _shipped(source: Path) -> bytes:
    if source.suffix in (".plist", ".xcprivacy"):
        return plistlib.dumps(plistlib.loads(source.read_bytes()), fmt=plistlib.FMT_BINARY)
    if source.suffix == ".strings":
        return plistlib.dumps(dict(STRINGS.findall(source.read_text("utf-8"))), fmt=plistlib.FMT_BINARY)
    return source.read_bytes()


def _binaries(bundle: Path, root: str, scratch: Path) -> Iterator[tuple[str, bytes]]:
    """Build what ``bundle.toml`` describes: the executable, and the dylib that a debug build moves the code to."""
    recipe = tomllib.loads((bundle / "bundle.toml").read_text("utf-8"))
    info = plistlib.loads((bundle / "Info.plist").read_bytes())
    name = info["CFBundleExecutable"]
    sources = sorted(bundle.glob("*.m"))
    if recipe.get("debug_dylib"):
        code, stub = f"{name}.debug.dylib", [source for source in sources if source.stem == "stub"]
        dylib = {**recipe, "dylib": True, "install_name": f"@rpath/{code}"}
        yield root + code, _binary(bundle, dylib, [s for s in sources if s not in stub], scratch)
        recipe, sources = {"frameworks": ["DebugCode"]}, stub
    yield root + name, _binary(bundle, recipe, sources, scratch)


def _binary(bundle: Path, recipe: Mapping[str, Any], sources: list[Path], scratch: Path) -> bytes:
    slices = [_signed(bundle, recipe, sources, scratch, target) for target in recipe.get("targets", ["arm64"])]
    return slices[0] if len(slices) == 1 else macho.fat(*slices)


def _signed(bundle: Path, recipe: Mapping[str, Any], sources: list[Path], scratch: Path, target: str) -> bytes:
    linked = _linked(recipe, sources, scratch, target)
    if target == "watch":
        return linked
    info = plistlib.loads((bundle / "Info.plist").read_bytes())
    file = bundle / "entitlements.plist"
    claimed = plistlib.loads(file.read_bytes()) if _claims(recipe, file, target) else {}
    claim = adhoc_sign.Claim(
        info["CFBundleIdentifier"],
        claimed,
        plistlib.dumps(info, fmt=plistlib.FMT_BINARY),
        forms=("xml", "der") if claimed else (),
    )
    return adhoc_sign.sign(adhoc_sign.scramble(linked) if recipe.get("encrypted") else linked, claim)


def _claims(recipe: Mapping[str, Any], file: Path, target: str) -> bool:
    """Whether the signature carries the entitlements: only an executable's does, and only a device's build."""
    return file.is_file() and target == "arm64" and not recipe.get("dylib")


def _linked(recipe: Mapping[str, Any], sources: list[Path], scratch: Path, target: str) -> bytes:
    triple, stub, platform = TARGETS[target]
    system = _stubs(scratch / target, stub)
    objects = []
    for source in sources:
        objects.append(scratch / f"{source.stem}.o")
        runtime = ["-fobjc-arc"] if source.read_text("utf-8").count("@") else []
        _run(COMPILER, "-target", triple, *runtime, "-O1", "-c", source.name, "-o", objects[-1], cwd=source.parent)
    libraries = ["-lSystem", "-lobjc"]
    for option, key in (("-framework", "frameworks"), ("-weak_framework", "weak")):
        libraries += [word for name in recipe.get(key, []) for word in (option, name)]
    kind = ["-dylib", "-install_name", recipe["install_name"]] if recipe.get("dylib") else []
    output = scratch / sources[0].stem
    # fmt: off
    _run(
        LINKER, "-arch", triple.partition("-")[0], "-platform_version", *platform, "-syslibroot", system, *kind,
        "-adhoc_codesign", *_section(sources, target), *recipe.get("link", ["-fixup_chains"]),
        *libraries, "-o", output, *objects, cwd=scratch,
    )
    # fmt: on
    return output.read_bytes()


def _section(sources: list[Path], target: str) -> list[str]:
    """Options of a simulator build, whose entitlements stand in a section instead of the signature."""
    file = sources[0].parent / "entitlements.plist"
    return ["-sectcreate", "__TEXT", "__entitlements", str(file)] if target == "simulator" and file.is_file() else []


def _stubs(root: Path, target: str) -> Path:
    """Write one text stub per library of ``sdk.toml``; the directory stands for the SDK."""
    for name, library in tomllib.loads((SOURCES / "sdk.toml").read_text("utf-8")).items():
        plain = f"/System/Library/Frameworks/{name}.framework/{name}"
        install = library.get("path", plain)
        file = root / (f"usr/lib/{name}.tbd" if name.startswith("lib") else f"{plain[1:]}.tbd")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_stub(target, install, library), "utf-8")
    return root


def _stub(target: str, install: str, library: Mapping[str, list[str]]) -> str:
    exports = [
        f"    {key}: [ {', '.join(library[field])} ]"
        for key, field in (("objc-classes", "classes"), ("symbols", "symbols"))
        if field in library
    ]
    return "\n".join(
        [
            "--- !tapi-tbd",
            "tbd-version: 4",
            f"targets: [ {target} ]",
            f"install-name: '{install}'",
            "current-version: 1",
            "compatibility-version: 1",
            "exports:",
            f"  - targets: [ {target} ]",
            *exports,
            "...",
            "",
        ]
    )


def _run(*command: object, cwd: Path) -> None:
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stderr}")


def main() -> None:
    """Build every sample into this directory."""
    for name in samples():
        data = build(name)
        (HERE / f"{name}.ipa").write_bytes(data)
        print(f"{name}.ipa  {len(data)} bytes")


if __name__ == "__main__":
    main()
