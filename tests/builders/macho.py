"""A description of a binary in, the bytes of a Mach-O file out, in every variant that ten years of linkers wrote.

Layout: ``loader.h``, ``nlist.h`` and ``fixup-chains.h`` of Apple's open source. Real compilers build the samples; this
builder makes the rare and the broken shapes, anywhere and in no time.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

PAGE = 0x4000
SIMULATOR, IOS, WATCHOS = 7, 2, 4
CPUS = {"arm64": 0x0100000C, "armv7": 12, "x86_64": 0x01000007, "i386": 7}
LINKS = {"": 0xC, "weak": 0x80000018, "reexport": 0x8000001F, "lazy": 0x20, "upward": 0x80000023}


@dataclass(frozen=True)
class Binary:
    """What a binary is made of.

    ``dylibs`` holds (install name, way of linking); ``tables`` says where the imports are named: any of ``symtab``,
    ``bind``, ``lazy-bind``, ``chained1``, ``chained2``, ``chained3``, ``packed`` (format 1 with zipped names).
    """

    dylibs: tuple[tuple[str, str], ...] = (("/usr/lib/libSystem.B.dylib", ""),)
    imports: tuple[str, ...] = ("dyld_stub_binder",)
    defined: tuple[str, ...] = ()
    tables: tuple[str, ...] = ("symtab",)
    selectors: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    entitlements_section: bytes = b""
    bitcode: bytes = b""
    cpu: str = "arm64"
    kind: int = 2
    platform: int = IOS
    minimum: tuple[int, int, int] = (15, 0, 0)
    version_min: bool = False
    encrypted: bool = False
    signed: bool = True

    @property
    def wide(self) -> bool:
        return self.cpu in ("arm64", "x86_64")


def build(binary: Binary) -> bytes:
    """Lay the binary out: commands, text sections, then the linker's tables with room for a signature at the end."""
    sections, text = _sections(binary)
    start = PAGE + len(text) + -len(text) % PAGE
    linkedit, tables = _linkedit(binary, start)
    commands = [
        _segment(binary, "__TEXT", 0, start, sections),
        _segment(binary, "__LINKEDIT", start, len(linkedit), ()),
        *tables,
        _platform(binary),
        *(_dylib(name, LINKS[link]) for name, link in binary.dylibs),
    ]
    if binary.encrypted:
        text = bytes(byte ^ 0x5A for byte in text)
        commands.append(struct.pack("<5I", 0x2C if binary.wide else 0x21, 20, PAGE, start - PAGE, 1))
    if binary.signed:
        commands.append(struct.pack("<4I", 0x1D, 16, start + len(linkedit), 0))
    body = b"".join(commands)
    head = struct.pack(
        "<7I",
        0xFEEDFACF if binary.wide else 0xFEEDFACE,
        CPUS[binary.cpu],
        0,
        binary.kind,
        len(commands),
        len(body),
        0x85,
    )
    head += b"\0\0\0\0" if binary.wide else b""
    assert len(head) + len(body) <= PAGE, "too many commands for the first page"
    return (head + body).ljust(PAGE, b"\0") + text.ljust(start - PAGE, b"\0") + linkedit


def fat(*slices: bytes, wide: bool = False) -> bytes:
    """Put thin files side by side; ``wide`` writes the header with 64-bit offsets."""
    entry = ">2I2Q2I" if wide else ">5I"
    rest = (14, 0) if wide else (14,)
    at = PAGE
    header = struct.pack(">2I", 0xCAFEBABF if wide else 0xCAFEBABE, len(slices))
    body = b""
    for piece in slices:
        header += struct.pack(entry, *struct.unpack_from("<2I", piece, 4), at, len(piece), *rest)
        padded = piece + b"\0" * (-len(piece) % PAGE)
        body += padded
        at += len(padded)
    return header.ljust(PAGE, b"\0") + body


def _sections(binary: Binary) -> tuple[tuple[tuple[str, int, int], ...], bytes]:
    contents = {
        "__objc_methname": _strings(binary.selectors),
        "__cstring": _strings(binary.strings),
        "__objc_classname": _strings(binary.class_names),
        "__entitlements": binary.entitlements_section,
        "__bundle": binary.bitcode,
    }
    found: list[tuple[str, int, int]] = []
    text = b""
    for name, content in contents.items():
        if content:
            found.append((name, PAGE + len(text), len(content)))
            text += content
    return tuple(found), text


def _strings(names: tuple[str, ...]) -> bytes:
    return b"".join(name.encode() + b"\0" for name in names)


def _segment(binary: Binary, name: str, start: int, size: int, sections: tuple[tuple[str, int, int], ...]) -> bytes:
    wide = binary.wide
    address, stride = ("4Q", 80) if wide else ("4I", 68)
    length = (72 if wide else 56) + stride * len(sections)
    base = 0x100000000 if wide else 0x4000
    rights = 1 if name == "__LINKEDIT" else 5
    room = size + -size % 0x4000
    place = struct.pack(f"<{address}4I", base + start, room, start, size, rights, rights, len(sections), 0)
    head = struct.pack("<2I16s", 0x19 if wide else 0x1, length, name.encode()) + place
    return head + b"".join(_section(wide, name, base, section) for section in sections)


def _section(wide: bool, segment: str, base: int, section: tuple[str, int, int]) -> bytes:
    name, offset, size = section
    layout, tail = ("<16s16sQQ8I", 80) if wide else ("<16s16sII7I", 68)
    zeros = (0,) * (7 if wide else 6)
    return struct.pack(layout, name.encode(), segment.encode(), base + offset, size, offset, *zeros).ljust(tail, b"\0")


def _linkedit(binary: Binary, start: int) -> tuple[bytes, list[bytes]]:
    body = b""
    commands = []
    for table in binary.tables:
        body += b"\0" * (-len(body) % 8)
        command, content = _table(binary, table, start + len(body))
        commands.append(command)
        body += content
    return body + b"\0" * (-len(body) % 16), commands


def _table(binary: Binary, table: str, at: int) -> tuple[bytes, bytes]:
    if table == "symtab":
        symbols, strings = _symbols(binary)
        count = len(binary.imports) + len(binary.defined)
        return struct.pack("<6I", 2, 24, at, count, at + len(symbols), len(strings)), symbols + strings
    if table in ("bind", "lazy-bind"):
        content = _binds(binary.imports, lazy=table == "lazy-bind")
        numbers = [0] * 10
        slot = 6 if table == "lazy-bind" else 2
        numbers[slot : slot + 2] = [at, len(content)]
        return struct.pack("<12I", 0x80000022, 48, *numbers), content
    content = _chained(binary.imports, table)
    return struct.pack("<4I", 0x80000034, 16, at, len(content)), content


def _symbols(binary: Binary) -> tuple[bytes, bytes]:
    strings = bytearray(b" \0")
    entries = bytearray()
    imports = set(binary.imports)
    for name in (*binary.defined, *binary.imports):
        imported = name in imports
        kind, section, description = (1, 0, 0x100) if imported else (0xF, 1, 0)
        value = 0 if imported else 0x1000
        entries += struct.pack("<IBBHQ" if binary.wide else "<IBBHI", len(strings), kind, section, description, value)
        strings += name.encode() + b"\0"
    return bytes(entries), bytes(strings)


def _binds(names: tuple[str, ...], *, lazy: bool) -> bytes:
    """Bind each name in another of the ways that the opcodes allow."""
    ends = [b"\x90", b"\xa0\x88\x01", b"\xb2", b"\xc0\x02\x08"]
    code = b"\x51"
    for index, name in enumerate(names):
        ordinal = b"\x20\x81\x01" if index % 2 else b"\x11"
        code += ordinal + b"\x40" + name.encode() + b"\0" + b"\x72\xc0\x80\x01" + b"\x60\x7f" + ends[index % 4]
        code += b"\0" if lazy else b"\x80\x10"
    return code + b"\0"


def _chained(names: tuple[str, ...], table: str) -> bytes:
    layout = int(table[-1]) if table[-1].isdigit() else 1
    strings = b"\0"
    entries = b""
    for name in names:
        at = len(strings)
        if layout == 3:
            entries += struct.pack("<2Q", 1 | at << 32, 8)
        else:
            entries += struct.pack("<I", 1 | at << 9) + (struct.pack("<i", 8) if layout == 2 else b"")
        strings += name.encode() + b"\0"
    packed = table == "packed"
    strings = zlib.compress(strings) if packed else strings
    head = struct.pack("<7I", 0, 28, 32, 32 + len(entries), len(names), layout, int(packed))
    return head + b"\0\0\0\0" + entries + strings


def _platform(binary: Binary) -> bytes:
    major, minor, patch = binary.minimum
    version = major << 16 | minor << 8 | patch
    if binary.version_min:
        return struct.pack("<4I", 0x25, 16, version, version)
    return struct.pack("<6I", 0x32, 24, binary.platform, version, version, 0)


def _dylib(name: str, command: int) -> bytes:
    text = name.encode() + b"\0"
    text += b"\0" * (-len(text) % 8)
    return struct.pack("<6I", command, 24 + len(text), 24, 2, 0x10000, 0x10000) + text
