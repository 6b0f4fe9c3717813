"""Mach-O files in, every disagreement of our reader with two others out: ``macho_oracles.py FILE-OR-DIRECTORY ...``.

The others are ``llvm-objdump`` (linked libraries, encryption) and ``lief`` (imports, entitlements). Each file is read
slice by slice; what one of them refuses is counted, not passed over.
"""

from __future__ import annotations

import os
import plistlib
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from permcheck.errors import BundleError
from permcheck.facts.ios.entitlements import read_signature
from permcheck.facts.ios.macho_image import Image, is_macho, read_images
from permcheck.facts.ios.macho_imports import imported_names

OBJDUMP = next((tool for tool in ("llvm-objdump-19", "llvm-objdump", "llvm-objdump-14") if shutil.which(tool)), "")
_LIBRARY = re.compile(r"^\t(.+?) \(compatibility version", re.MULTILINE)
_CRYPT = re.compile(r"^\s*cryptid (\d+)$", re.MULTILINE)
_XML = re.compile(rb"\xfa\xde\x71\x71....(<\?xml.*?</plist>)", re.DOTALL)


def disagreements(path: Path, counts: Counter[str]) -> Iterator[str]:
    """Compare one file; every line names slice and question. ``counts`` learns what was compared."""
    try:
        images = read_images(path.read_bytes())
    except BundleError as error:
        counts[f"not read: {error}"] += 1
        return
    counts["files"] += 1
    for image in images:
        counts["slices"] += 1
        for problem in image.problems:
            yield f"{image.cpu}: {problem}"
    yield from _against_objdump(path, images, counts)
    yield from _against_lief(path, images, counts)


def _against_objdump(path: Path, images: list[Image], counts: Counter[str]) -> Iterator[str]:
    libraries = _objdump(path, "--dylibs-used")
    headers = _objdump(path, "--private-headers")
    if libraries is None or headers is None:
        counts["llvm-objdump refused"] += 1
        return
    theirs = Counter(name for name in _LIBRARY.findall(libraries))
    own = _own_names(headers)
    ours = Counter(dylib.name for image in images for dylib in image.dylibs)
    if theirs - own != ours:
        yield f"libraries: {sorted((theirs - own) - ours)} only theirs, {sorted(ours - (theirs - own))} only ours"
    encrypted = sum(1 for value in _CRYPT.findall(headers) if value != "0")
    if encrypted != sum(image.crypt is not None for image in images):
        yield f"encryption: {encrypted} slices by llvm-objdump"
    counts["libraries equal llvm-objdump"] += sum(ours.values())


def _own_names(headers: str) -> Counter[str]:
    """Install names that a dylib gives itself, which llvm-objdump lists among the libraries used."""
    return Counter(re.findall(r"cmd LC_ID_DYLIB\n\s*cmdsize \d+\n\s*name (.+?) \(offset", headers))


def _objdump(path: Path, option: str) -> str | None:
    command = [OBJDUMP, "--macho", "--arch=all", option, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    return done.stdout if done.returncode == 0 else None


def _against_lief(path: Path, images: list[Image], counts: Counter[str]) -> Iterator[str]:
    import lief  # noqa: PLC0415  (0.8 s that a comparison with llvm-objdump alone does not need)

    lief.logging.disable()
    fat: Any = lief.MachO.parse(str(path))
    theirs = [] if fat is None else [binary for binary in fat if binary.header.file_type.value in (2, 6, 8)]
    if len(theirs) != len(images):
        counts["lief refused"] += 1
        return
    for image, binary in zip(images, theirs, strict=True):
        yield from _slice(image, binary, counts)


def _slice(image: Image, binary: Any, counts: Counter[str]) -> Iterator[str]:  # lief has no types
    ours, theirs = imported_names(image), _lief_imports(binary)
    if ours != theirs:
        yield f"{image.cpu} imports: {sorted(theirs - ours)[:5]} only theirs, {sorted(ours - theirs)[:5]} only ours"
    counts["imports equal lief"] += len(ours & theirs)
    signature = read_signature(image)
    claimed = _lief_entitlements(binary)
    if signature and (signature.xml or {}) != claimed:
        yield f"{image.cpu} entitlements: lief's blob says {sorted(claimed)}"
    if signature and signature.xml and signature.der is not None and signature.xml != signature.der:
        yield f"{image.cpu} entitlements: XML and DER differ"
    counts["entitlements equal lief"] += len(claimed)
    counts["entitlements equal in DER"] += len((signature and signature.der) or {})


def _lief_imports(binary: Any) -> frozenset[str]:
    """Undefined externals of the symbol table and what is bound by name, but for weak binding of own definitions."""
    symbols = {str(s.name) for s in binary.symbols if s.raw_type & 0xE0 == 0 and s.raw_type & 0x0F in (0x01, 0x0D)}
    bound = {
        str(b.symbol.name)
        for b in binary.bindings
        if b.has_symbol and getattr(getattr(b, "binding_class", None), "name", "") != "WEAK"
    }
    return frozenset(symbols | bound) - {""}


def _lief_entitlements(binary: Any) -> dict[str, Any]:
    content = bytes(binary.code_signature.content) if binary.has_code_signature else b""
    match = _XML.search(content)
    return plistlib.loads(match.group(1)) if match else {}


def _files(roots: list[str]) -> Iterator[Path]:
    for root in map(Path, roots):
        inside = (Path(folder) / name for folder, _, names in os.walk(root) for name in names)
        for path in sorted(inside) if root.is_dir() else [root]:
            if path.is_file() and not path.is_symlink() and is_macho(path.open("rb").read(8).ljust(8, b"\0")):
                yield path


def main() -> None:
    counts: Counter[str] = Counter()
    found = 0
    for path in _files(sys.argv[1:]):
        for line in disagreements(path, counts):
            found += 1
            print(f"{path}: {line}")
    for what, number in sorted(counts.items()):
        print(f"{number:8}  {what}")
    print(f"{found:8}  disagreements")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
