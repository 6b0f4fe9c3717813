"""The bytes of a Mach-O file in, its slices out: load commands read into linked libraries, sections, platform, tables.

Layout: https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h and ``fat.h`` there.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from permcheck.errors import BundleError

MAX_COMMANDS = 8192
MAX_SECTIONS = 512
MAX_SLICES = 16
MAX_NAME = 4096

_FAT = {b"\xca\xfe\xba\xbe": ">5I", b"\xca\xfe\xba\xbf": ">2I2Q2I"}
_THIN = {b"\xce\xfa\xed\xfe": False, b"\xcf\xfa\xed\xfe": True}
_LOADABLE = {2: "executable", 6: "dylib", 8: "bundle"}
_CPUS = {7: "i386", 0x01000007: "x86_64", 12: "armv7", 0x0100000C: "arm64", 0x0200000C: "arm64_32"}
_PLATFORMS = {
    1: "macos", 2: "ios", 3: "tvos", 4: "watchos", 5: "bridgeos", 6: "maccatalyst", 7: "ios-simulator",
    8: "tvos-simulator", 9: "watchos-simulator", 10: "driverkit", 11: "visionos", 12: "visionos-simulator",
}  # fmt: skip
_VERSION_MIN = {0x24: "macos", 0x25: "ios", 0x2F: "tvos", 0x30: "watchos"}
_DYLIBS = {0xC: "", 0x80000018: "weak", 0x8000001F: "reexport", 0x20: "lazy", 0x80000023: "upward"}
_TABLES = {0x1D: "signature", 0x80000034: "fixups"}


@dataclass(frozen=True, slots=True)
class Dylib:
    """One linked library: its install name and how it is linked (``weak``, ``reexport``, ``lazy``, ``upward``)."""

    name: str
    link: str


@dataclass(slots=True)
class Image:
    """One slice. Offsets count from the slice's first byte; ranges are ``(offset, size)`` in bytes, not yet checked.

    ``problems`` says in words what of it could not be read.
    """

    data: memoryview
    cpu: str
    wide: bool
    kind: str
    dylibs: list[Dylib] = field(default_factory=list)
    sections: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    platforms: list[tuple[str, str]] = field(default_factory=list)
    crypt: tuple[int, int] | None = None
    symtab: tuple[int, int, int, int] | None = None
    binds: list[tuple[int, int]] = field(default_factory=list)
    tables: dict[str, tuple[int, int]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def is_macho(head: bytes | memoryview) -> bool:
    """Whether a file that starts with ``head`` (at least 8 bytes) is a thin or fat Mach-O file and no Java class."""
    magic = bytes(head[:4])
    return magic in _THIN or (magic in _FAT and int.from_bytes(head[4:8], "big") <= 40)


def read_images(data: bytes) -> list[Image]:
    """Read every loadable slice. Raises `BundleError` with the bare reason when there is none."""
    view = memoryview(data)
    magic = bytes(view[:4])
    if not is_macho(view):
        raise BundleError(_other_kind(magic, view))
    lost: list[str] = []
    parts = _slices(view, _FAT[magic], lost) if magic in _FAT else [view]
    images = [image for image in map(_read_image, parts) if image]
    if not images:
        raise BundleError(lost[0] if lost else "holds no loadable code (object file, static library or symbols only)")
    images[0].problems[:0] = lost
    return images


def unpack(layout: str, data: memoryview, at: int, what: str) -> tuple[int, ...]:
    """Unpack integers at an offset that the file names. Raises `BundleError` when they are not all there."""
    if at + struct.calcsize(layout) > len(data):
        raise BundleError(f"{what} reaches beyond the end of the file")
    return struct.unpack_from(layout, data, at)


def cut(data: memoryview, place: tuple[int, int], what: str) -> memoryview:
    """Return the bytes of a range that the file names. Raises `BundleError` when they are not all there."""
    offset, size = place
    if offset + size > len(data):
        raise BundleError(f"{what} reaches beyond the end of the file")
    return data[offset : offset + size]


def text_at(data: memoryview, at: int, end: int | None = None) -> str:
    """Read the NUL-terminated name at an offset, at most `MAX_NAME` bytes of it; empty outside the data."""
    stop = min(len(data) if end is None else end, at + MAX_NAME)
    return bytes(data[at:stop]).partition(b"\0")[0].decode("utf-8", "replace")


def _other_kind(magic: bytes, view: memoryview) -> str:
    if bytes(view[:8]) == b"!<arch>\n":
        return "is a static library, which no device loads"
    if bytes(view[:8]) == b"version ":
        return "is a Git LFS pointer, not the binary itself"
    if magic in (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf"):
        return "is big-endian Mach-O, which no iOS device runs"
    return "is empty" if not magic else "is not a Mach-O binary"


def _slices(view: memoryview, layout: str, lost: list[str]) -> Iterator[memoryview]:
    (count,) = unpack(">I", view, 4, "the fat header")
    if count > MAX_SLICES:
        raise BundleError(f"names {count} architectures, more than {MAX_SLICES}")
    taken: list[tuple[int, int]] = []
    for index in range(count):
        try:
            _, _, offset, size, *_ = unpack(layout, view, 8 + index * struct.calcsize(layout), "the fat header")
            if any(offset < end and offset + size > start for start, end in taken):
                raise BundleError(f"architecture {index + 1} overlaps another")  # noqa: TRY301  (told like the rest)
            yield cut(view, (offset, size), f"architecture {index + 1}")
            taken.append((offset, offset + size))
        except BundleError as error:
            lost.append(str(error))


def _read_image(view: memoryview) -> Image | None:
    magic = bytes(view[:4])
    if magic not in _THIN:
        return None
    wide = _THIN[magic]
    _, cpu, _, kind, count, size = unpack("<6I", view, 0, "the Mach-O header")
    if kind not in _LOADABLE:
        return None
    image = Image(view, _CPUS.get(cpu, f"cpu {cpu:#x}"), wide, _LOADABLE[kind])
    try:
        _read_commands(image, 32 if wide else 28, count, size)
    except BundleError as error:
        image.problems.append(str(error))
    return image


def _read_commands(image: Image, at: int, count: int, size: int) -> None:
    if count > MAX_COMMANDS:
        raise BundleError(f"{count} load commands, more than {MAX_COMMANDS}")
    commands = cut(image.data, (0, at + size), "the list of load commands")
    for index in range(count):
        command, length = unpack("<2I", commands, at, f"load command {index + 1}")
        if length < 8:
            raise BundleError(f"load command {index + 1} has the impossible size {length}")
        body = cut(commands, (at, length), f"load command {index + 1}")
        reader = _READERS.get(command)
        if reader:
            reader(image, command, body)
        at += length


def _segment(image: Image, command: int, body: memoryview) -> None:
    wide = command == 0x19
    start, stride = (72, 80) if wide else (56, 68)
    (count,) = unpack("<I", body, start - 8, "a segment")
    # a symbol names its section in one byte, so that no real image has more than 255
    if count + sum(map(len, image.sections.values())) > MAX_SECTIONS:
        raise BundleError(f"more than {MAX_SECTIONS} sections")
    for at in range(start, start + count * stride, stride):
        _, size, offset = unpack("<QQI" if wide else "<III", body, at + 32, "a section")
        name = text_at(body, at, at + 16)
        image.sections.setdefault(name, []).append((offset, size))


def _dylib(image: Image, command: int, body: memoryview) -> None:
    (offset,) = unpack("<I", body, 8, "a library's name")
    name = text_at(body, offset)
    if name:
        image.dylibs.append(Dylib(name, _DYLIBS[command]))


def _table(image: Image, command: int, body: memoryview) -> None:
    offset, size = unpack("<2I", body, 8, "a table of the linker")
    image.tables[_TABLES[command]] = (offset, size)


def _symtab(image: Image, _command: int, body: memoryview) -> None:
    symbols, count, strings, size = unpack("<4I", body, 8, "the symbol table")
    image.symtab = (symbols, count, strings, size)


def _dyld_info(image: Image, _command: int, body: memoryview) -> None:
    numbers = unpack("<10I", body, 8, "the linker's binding tables")
    # rebase, bind, weak bind, lazy bind, export: weak binding names what the image itself defines as well, no import
    image.binds = [place for place in (numbers[2:4], numbers[6:8]) if place[1]]  # type: ignore[misc]


def _encryption(image: Image, _command: int, body: memoryview) -> None:
    offset, size, method = unpack("<3I", body, 8, "the encryption range")
    if method:
        image.crypt = (offset, size)


def _build_version(image: Image, _command: int, body: memoryview) -> None:
    platform, minimum = unpack("<2I", body, 8, "the platform")
    image.platforms.append((_PLATFORMS.get(platform, f"platform {platform}"), _version(minimum)))


def _version_min(image: Image, command: int, body: memoryview) -> None:
    (minimum,) = unpack("<I", body, 8, "the platform")
    platform = _VERSION_MIN[command]
    # before LC_BUILD_VERSION only the processor told a simulator from a device
    simulated = platform != "macos" and image.cpu in ("i386", "x86_64")
    image.platforms.append((f"{platform}-simulator" if simulated else platform, _version(minimum)))


def _version(number: int) -> str:
    major, minor, patch = number >> 16, number >> 8 & 255, number & 255
    return f"{major}.{minor}.{patch}" if patch else f"{major}.{minor}"


_READERS: dict[int, Callable[[Image, int, memoryview], None]] = {
    0x1: _segment,
    0x19: _segment,
    0x2: _symtab,
    0x21: _encryption,
    0x2C: _encryption,
    0x22: _dyld_info,
    0x80000022: _dyld_info,
    0x32: _build_version,
    **dict.fromkeys(_DYLIBS, _dylib),
    **dict.fromkeys(_TABLES, _table),
    **dict.fromkeys(_VERSION_MIN, _version_min),
}
