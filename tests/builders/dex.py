"""A text list of classes, methods and what they call in, the bytes of a valid DEX file out.

    class com.example.Lens extends android.app.Activity
      method open
        call android.hardware.camera2.CameraManager.openCamera(java.lang.String, android.os.Handler) -> void
        call static java.lang.Thread.yield() -> void
        field android.provider.ContactsContract$Contacts.CONTENT_URI android.net.Uri
        string content://com.android.calendar/events
      constant INBOX content://sms

A constant is a static field of type String with that initial value.

Every argument is zero or null, so the code runs nowhere useful, but it is well-formed: devices and readers load it.
Layout: https://source.android.com/docs/core/runtime/dex-format.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

PRIMITIVES = {
    "void": "V", "boolean": "Z", "byte": "B", "short": "S", "char": "C",
    "int": "I", "long": "J", "float": "F", "double": "D",
}  # fmt: skip
INVOKES = {"virtual": 0x74, "super": 0x75, "direct": 0x76, "static": 0x77, "interface": 0x78}
PUBLIC = 1
CONSTRUCTOR = 0x10000
STATIC = 8
STRING_TYPE = "Ljava/lang/String;"

Method = tuple[str, str, tuple[str, ...], str]
"""Class descriptor, name, parameter descriptors, return descriptor."""

_CALL = re.compile(r"call (?:(?P<how>\w+) )?(?P<owner>\S+)\.(?P<name>[^.(]+)\((?P<args>.*)\) -> (?P<result>\S+)")
_CLASS = re.compile(r"class (?P<name>\S+)(?: extends (?P<parent>\S+))?(?: implements (?P<interfaces>.+))?")


@dataclass
class Line:
    """One thing that a method does: ``kind`` is an invoke word, ``field`` or ``string``."""

    kind: str
    what: Method | tuple[str, str, str] | str


@dataclass
class Class:
    """One class of the text, names as descriptors."""

    name: str
    parent: str
    interfaces: tuple[str, ...]
    methods: dict[str, list[Line]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)


def build_dex(text: str, version: int = 35, *, extra_strings: Iterable[str] = ()) -> bytes:
    """Build a DEX file from the text list above; ``extra_strings`` stand in the string table, used by no code."""
    return _Writer(parse(text), version, extra_strings).build()


def build_dex_container(texts: Iterable[str]) -> bytes:
    """Build several DEX files in one, as version 041 has it: every offset counts from the first byte of all."""
    parts: list[bytes] = []
    sizes = [len(_Writer(parse(text), 41, ()).build()) for text in texts]
    for text in texts:
        parts.append(_Writer(parse(text), 41, ()).build(sum(map(len, parts)), sum(sizes)))
    return b"".join(parts)


def parse(text: str) -> list[Class]:
    """Read the text list; an unknown line is a ``ValueError``."""
    classes: list[Class] = []
    for line in (raw.strip() for raw in text.splitlines()):
        match = _CLASS.fullmatch(line)
        if match:
            interfaces = tuple(descriptor(name) for name in re.split(r",\s*", match["interfaces"] or "") if name)
            parent = descriptor(match["parent"] or "java.lang.Object")
            classes.append(Class(descriptor(match["name"]), parent, interfaces))
        elif line.startswith("method "):
            classes[-1].methods[line.removeprefix("method ")] = []
        elif line.startswith("constant "):
            _, name, text = line.split(" ", 2)
            classes[-1].constants[name] = text
        elif line and not line.startswith("#"):
            list(classes[-1].methods.values())[-1].append(_line(line))
    return classes


def descriptor(name: str) -> str:
    """A Java type name as the format writes it."""
    if name.endswith("[]"):
        return "[" + descriptor(name.removesuffix("[]"))
    return PRIMITIVES.get(name) or f"L{name.replace('.', '/')};"


def _line(line: str) -> Line:
    match = _CALL.fullmatch(line)
    if match:
        args = tuple(descriptor(arg) for arg in re.split(r",\s*", match["args"]) if arg)
        method = (descriptor(match["owner"]), match["name"], args, descriptor(match["result"]))
        default = "direct" if match["name"] == "<init>" else "virtual"
        return Line(match["how"] or default, method)
    kind, _, rest = line.partition(" ")
    if kind == "string":
        return Line("string", rest)
    if kind == "field":
        name, _, of = rest.rpartition(" ")
        owner, _, member = name.rpartition(".")
        return Line("field", (descriptor(owner), descriptor(of), member))
    raise ValueError(f"not a line of a DEX text: {line!r}")


def uleb(value: int) -> bytes:
    """An unsigned number in groups of seven bits, low ones first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def mutf8(text: str) -> bytes:
    """Modified UTF-8: pairs of surrogates are written one by one, and zero takes two bytes."""
    units = struct.unpack(f"<{len(text.encode('utf-16-le')) // 2}H", text.encode("utf-16-le"))
    return b"".join(b"\xc0\x80" if not unit else chr(unit).encode("utf-8", "surrogatepass") for unit in units)


class _Writer:
    """Collects the tables, then lays the file out."""

    def __init__(self, classes: list[Class], version: int, extra_strings: Iterable[str]) -> None:
        self.version = version
        self.classes = _parents_first(classes)
        for each in self.classes:
            first: Line = Line("direct", (each.parent, "<init>", (), "V"))
            each.methods = {"<init>": [first], **each.methods}
        self.methods = sorted({*self._called(), *self._defined()}, key=lambda m: (m[0], m[1], m[3], m[2]))
        read = {line.what for line in self._lines() if line.kind == "field"}
        held = {(each.name, STRING_TYPE, name) for each in self.classes for name in each.constants}
        self.fields = sorted(read | held, key=lambda f: (f[0], f[2], f[1]))
        self.protos = sorted({(method[3], method[2]) for method in self.methods})
        self.types = sorted(self._all_types())
        self.strings = sorted(self._all_strings(extra_strings), key=lambda s: s.encode("utf-16-be", "surrogatepass"))
        self.data = bytearray()
        self.base = 0
        self.map: list[tuple[int, int, int]] = []

    def _lines(self) -> Iterable[Line]:
        return (line for each in self.classes for lines in each.methods.values() for line in lines)

    def _called(self) -> Iterable[Method]:
        return (line.what for line in self._lines() if line.kind in INVOKES)  # type: ignore[misc]

    def _defined(self) -> Iterable[Method]:
        return ((each.name, name, (), "V") for each in self.classes for name in each.methods)

    def _all_types(self) -> set[str]:
        types = {name for each in self.classes for name in (each.name, each.parent, *each.interfaces)}
        types |= {name for method in self.methods for name in (method[0], method[3], *method[2])}
        return types | {name for each in self.fields for name in each[:2]}

    def _all_strings(self, extra: Iterable[str]) -> set[str]:
        names = {method[1] for method in self.methods} | {each[2] for each in self.fields}
        texts = {line.what for line in self._lines() if line.kind == "string"}
        shorties = {_shorty(proto) for proto in self.protos}
        values = {text for each in self.classes for text in each.constants.values()}
        return {*self.types, *names, *texts, *shorties, *values, *extra}  # type: ignore[arg-type]

    def build(self, start: int = 0, whole: int = 0) -> bytes:
        """Lay the file out to stand at ``start`` in a container of ``whole`` bytes (0: alone)."""
        length = 0x78 if self.version > 40 else 0x70
        counts = [
            len(table) for table in (self.strings, self.types, self.protos, self.fields, self.methods, self.classes)
        ]
        offsets, at = [], start + length
        for count, width in zip(counts, (4, 4, 12, 8, 8, 32), strict=True):
            offsets.append(at if count else 0)
            at += count * width
        self.base = at
        for kind, count, offset in zip(range(6), counts, offsets, strict=True):
            self._note(kind + 1, count, offset)
        tables = self._tables()
        map_at = self._write_map()
        self.data += bytes(-(self.base + len(self.data)) % 4)
        size = length + len(tables) + len(self.data)
        head = struct.pack("<7I", size, length, 0x12345678, 0, 0, map_at, counts[0])
        pairs = [offsets[0], *(number for pair in zip(counts[1:], offsets[1:], strict=True) for number in pair)]
        head += struct.pack(f"<{len(pairs)}I", *pairs) + struct.pack("<2I", len(self.data), self.base)
        if self.version > 40:
            head += struct.pack("<2I", whole or size, start)
        body = head + tables + self.data
        signed = hashlib.sha1(body).digest() + body
        return f"dex\n{self.version:03}\0".encode() + struct.pack("<I", zlib.adler32(signed)) + signed

    def _tables(self) -> bytes:
        """The fixed tables; what they point at goes to the data section, one kind after the other."""
        bodies = [self._class_body(each) for each in self.classes]
        self._finish(0x2001, sum(len(each.methods) for each in self.classes))
        class_data = [self._class_data(each, body) for each, body in zip(self.classes, bodies, strict=True)]
        self._finish(0x2000, len(class_data))
        values = [self._values(each) for each in self.classes]
        self._finish(0x2005, sum(map(bool, values)))
        lists = self._type_lists()
        strings = [self._place(uleb(len(s.encode("utf-16-le")) // 2) + mutf8(s) + b"\0", 1) for s in self.strings]
        self._finish(0x2002, len(strings))
        string_at = {text: number for number, text in enumerate(self.strings)}
        type_at = {text: number for number, text in enumerate(self.types)}
        out = struct.pack(f"<{len(strings)}I", *strings)
        out += b"".join(struct.pack("<I", string_at[name]) for name in self.types)
        for result, args in self.protos:
            out += struct.pack("<3I", string_at[_shorty((result, args))], type_at[result], lists.get(args, 0))
        for owner, of, name in self.fields:
            out += struct.pack("<2HI", type_at[owner], type_at[of], string_at[name])
        for method in self.methods:
            proto = self.protos.index((method[3], method[2]))
            out += struct.pack("<2HI", type_at[method[0]], proto, string_at[method[1]])
        for each, at, initial in zip(self.classes, class_data, values, strict=True):
            head = (type_at[each.name], PUBLIC, type_at[each.parent], lists.get(each.interfaces, 0))
            out += struct.pack("<8I", *head, 0xFFFFFFFF, 0, at, initial)
        return out

    def _class_body(self, each: Class) -> dict[str, int]:
        return {name: self._place(self._code(lines, start=name == "<init>"), 4) for name, lines in each.methods.items()}

    def _class_data(self, each: Class, body: dict[str, int]) -> int:
        rows = sorted((self.methods.index((each.name, name, (), "V")), name) for name in body)
        groups = [[row for row in rows if row[1] == "<init>"], [row for row in rows if row[1] != "<init>"]]
        fields = [self.fields.index(each) for each in self._held(each)]
        out = uleb(len(fields)) + uleb(0) + uleb(len(groups[0])) + uleb(len(groups[1]))
        for before, index in zip([0, *fields], fields, strict=False):
            out += uleb(index - before) + uleb(PUBLIC | STATIC)
        for group in groups:
            before = 0
            for index, name in group:
                flags = PUBLIC | (CONSTRUCTOR if name == "<init>" else 0)
                out += uleb(index - before) + uleb(flags) + uleb(body[name])
                before = index
        return self._place(out, 1)

    def _held(self, each: Class) -> list[tuple[str, str, str]]:
        return sorted((each.name, STRING_TYPE, name) for name in each.constants)

    def _values(self, each: Class) -> int:
        """The initial values of a class's constants, each a string index of four bytes."""
        if not each.constants:
            return 0
        indexes = [self.strings.index(each.constants[name]) for _, _, name in self._held(each)]
        return self._place(uleb(len(indexes)) + b"".join(b"\x77" + struct.pack("<I", one) for one in indexes), 1)

    def _code(self, lines: list[Line], *, start: bool) -> bytes:
        """One method: ``this`` in the last register, arguments from register 0 on."""
        words = max([1, *(_words(line) for line in lines)])
        units = b"".join(self._instruction(line, words if start else None) for line in lines) + struct.pack("<H", 0x0E)
        return struct.pack("<4H2I", words + 1, 1, words, 0, 0, len(units) // 2) + units

    def _instruction(self, line: Line, this: int | None) -> bytes:
        if line.kind == "string":
            return struct.pack("<2BH", 0x1A, 0, self.strings.index(line.what))  # type: ignore[arg-type]
        if line.kind == "field":
            return struct.pack("<2BH", 0x62, 0, self.fields.index(line.what))
        index = self.methods.index(line.what)  # type: ignore[arg-type]
        if this is not None:
            return struct.pack("<2B2H", INVOKES[line.kind], 1, index, this)
        return _zeros(line) + struct.pack("<2B2H", INVOKES[line.kind], _words(line), index, 0)

    def _type_lists(self) -> dict[tuple[str, ...], int]:
        wanted = {args for _, args in self.protos} | {each.interfaces for each in self.classes}
        lists = {}
        for names in sorted(filter(None, wanted)):
            numbers = [self.types.index(name) for name in names]
            lists[names] = self._place(struct.pack(f"<I{len(numbers)}H", len(numbers), *numbers), 4)
        self._finish(0x1001, len(lists))
        return lists

    def _place(self, block: bytes, align: int) -> int:
        """Append to the data section and return the offset in the file."""
        self.data += bytes(-(self.base + len(self.data)) % align)
        self.data += block
        return self.base + len(self.data) - len(block)

    def _note(self, kind: int, count: int, offset: int) -> None:
        if count:
            self.map.append((kind, count, offset))

    def _finish(self, kind: int, count: int) -> None:
        """Note the section that ends here; its start is where the one before ended."""
        starts = getattr(self, "_ends", self.base)
        align: Callable[[int], int] = lambda at: at + -at % (4 if kind in (0x2001, 0x1001) else 1)  # noqa: E731
        self._note(kind, count, align(starts))
        self._ends = self.base + len(self.data)

    def _write_map(self) -> int:
        rows = [(0, 1, 0), *self.map]
        at = self.base + len(self.data) + -(self.base + len(self.data)) % 4
        rows = sorted([*rows, (0x1000, 1, at)], key=lambda row: row[2])
        return self._place(
            struct.pack("<I", len(rows))
            + b"".join(struct.pack("<2H2I", kind, 0, count, offset) for kind, count, offset in rows),
            4,
        )


def _parents_first(classes: list[Class]) -> list[Class]:
    """The format wants a class behind its own superclass."""
    by_name = {each.name: each for each in classes}
    ordered: dict[str, Class] = {}

    def add(each: Class) -> None:
        if each.parent in by_name and each.parent not in ordered:
            add(by_name[each.parent])
        ordered[each.name] = each

    for each in sorted(classes, key=lambda one: one.name):
        add(each)
    return list(ordered.values())


def _shorty(proto: tuple[str, tuple[str, ...]]) -> str:
    return "".join("L" if name[0] in "L[" else name for name in (proto[0], *proto[1]))


def _zeros(line: Line) -> bytes:
    """Set every argument; a wide one takes a pair of registers and an instruction of its own."""
    out, register = b"", 0
    for arg in (*(["L"] if line.kind != "static" else []), *line.what[2]):
        wide = arg in "JD"
        out += struct.pack("<2Bh", 0x16 if wide else 0x13, register, 0)
        register += 2 if wide else 1
    return out


def _words(line: Line) -> int:
    """Registers that a call's arguments take, the receiver among them."""
    if line.kind not in INVOKES:
        return 1
    args = line.what[2]
    return sum(2 if arg in "JD" else 1 for arg in args) + (line.kind != "static")
