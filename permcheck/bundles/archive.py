"""A zip file in, a `ZipContainer` out: its members read in memory as Android reads them, under limits."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from permcheck.bundles.zip_directory import Entry, Oddity, Slice, read_directory
from permcheck.errors import BundleError, reason_of
from permcheck.model import Fact, Gap, Location

MEMBER_LIMIT = 512 << 20
"""Bytes of one member, where the reader names no lower limit."""
DEPTH_LIMIT = 3
"""Archives inside archives: an APK inside an APK inside an APKS."""

_STORED, _DEFLATED = 0, 8
_PIECE = 256 << 10
_ENCRYPTED, _SIZES_FOLLOW = 1, 8
_LOCAL = struct.Struct("<4s2x2H4x3L2H")


class ZipContainer:
    """A zip archive; a `Container` whose ``notes`` tell what was not read, and ``oddities`` what else is not ordinary.

    The central directory rules, an unknown compression method means stored content, and the encryption flag means
    nothing where the content is plain: so Android's libziparchive and asset reader have it.
    """

    __slots__ = ("_cut", "_depth", "_entries", "_names", "_start", "_twice", "notes", "oddities", "path")

    def __init__(self, cut: Slice, length: int, path: str, depth: int = 0) -> None:
        """Read the directory of an archive of ``length`` bytes. Raises `BundleError`."""
        try:
            self._entries, self._twice, unread, odd, self._start = read_directory(cut, length)
        except BundleError as error:
            raise BundleError(f"{path}: {error}") from None
        self._names = tuple(sorted(self._entries))
        self.path = path
        self.notes = tuple(Gap(Location(path), text) for text in unread)
        self.oddities = tuple(_tampering(path, *trick) for trick in odd)
        self._cut = cut
        self._depth = depth

    def names(self) -> tuple[str, ...]:
        """All file members, sorted."""
        return self._names

    def size(self, name: str) -> int:
        """The uncompressed size that the directory declares, in bytes. Raises `BundleError` when absent."""
        return self._entry(name).size

    def read(self, name: str, limit: int = MEMBER_LIMIT) -> bytes:
        """The member's content. Raises `BundleError` when absent, damaged, encrypted, doubled or above ``limit``."""
        entry = self._entry(name)
        where = f"{self.path}!/{name}"
        if name in self._twice:
            raise BundleError(f"{where}: {self._twice[name]} members of this name; a device refuses such a file")
        if entry.size > limit:
            raise BundleError(f"{where}: {entry.size} bytes declared, more than the limit of {limit}")
        content = self._unpacked(entry, where)
        if _is_unknown(entry) and entry.packed != entry.size and zlib.crc32(content) != entry.crc:
            raise BundleError(f"{where}: compressed by method {entry.method}, which is not read")
        if len(content) > entry.size:
            raise BundleError(f"{where}: holds more than the {entry.size} bytes that it declares")
        if len(content) < entry.size:
            raise BundleError(f"{where}: damaged ({len(content)} of {entry.size} bytes)")
        if entry.flags & _ENCRYPTED and zlib.crc32(content) != entry.crc:
            raise BundleError(f"{where}: encrypted")
        return content

    def start(self, name: str, length: int = 4096) -> bytes:
        """Up to ``length`` first bytes of the member, at no more cost than that. Raises `BundleError`."""
        entry = self._entry(name)
        where = f"{self.path}!/{name}"
        shorter = entry._replace(packed=min(entry.packed, length + 1024), size=min(entry.size, length))
        if entry.method != _DEFLATED:
            return self._stored(shorter, where)
        return _inflate(self._packed(shorter, where), length, where)

    def before_directory(self, limit: int) -> bytes:
        """Up to ``limit`` bytes that end where the directory starts: an APK's signing block stands there."""
        size = min(limit, self._start)
        return self._cut(self._start - size, size)

    def nested(self, name: str) -> ZipContainer:
        """Open a member that is an archive itself. Raises `BundleError`, also when nested too deeply."""
        path = f"{self.path}!/{name}"
        if self._depth + 1 >= DEPTH_LIMIT:
            raise BundleError(f"{path}: archives nested more than {DEPTH_LIMIT} deep")
        window = self._window(name) or self.read(name)
        if isinstance(window, bytes):
            return ZipContainer(lambda at, size: window[at : at + size], len(window), path, self._depth + 1)
        first, length, cut = *window, self._cut
        return ZipContainer(
            lambda at, size: cut(first + at, max(0, min(size, length - at))), length, path, self._depth + 1
        )

    def examine(self, names: Iterable[str]) -> Iterator[Fact]:
        """What is odd about these members: tricks that show other content to tools than to a device."""
        for name in names:
            entry = self._entries.get(name)
            if entry is not None:
                yield from (_tampering(f"{self.path}!/{name}", *trick) for trick in self._tricks(name, entry))

    def _tricks(self, name: str, entry: Entry) -> Iterator[Oddity]:
        if entry.flags & _ENCRYPTED:
            yield "encryption-flag", "marked as encrypted; read as plain content, as a device does"
        if _is_unknown(entry):
            yield "unknown-method", f"unknown compression method {entry.method}; read as stored, as a device does"
        raw = self._cut(entry.offset, _LOCAL.size)
        if raw[:4] != b"PK\x03\x04" or len(raw) < _LOCAL.size:
            return
        _, flags, method, crc, packed, size, name_length, _ = _LOCAL.unpack(raw)
        if method != entry.method:
            yield (
                "header-method",
                f"compression method {method} in the local header; the directory's {entry.method} rules",
            )
        if self._cut(entry.offset + _LOCAL.size, name_length) != name.encode():
            yield "header-name", "another name in the local header than in the directory; a device refuses such a file"
        told = (crc, packed, size)
        if not flags & _SIZES_FOLLOW and 0xFFFFFFFF not in told and told != (entry.crc, entry.packed, entry.size):
            yield "header-sizes", "another checksum or size in the local header; a device refuses such a file"

    def _window(self, name: str) -> tuple[int, int] | None:
        """Where a member stands that needs no unpacking, so that an archive inside need not be held in memory."""
        entry = self._entry(name)
        if entry.method != _STORED or entry.flags & _ENCRYPTED or name in self._twice:
            return None
        start = self._body(entry, f"{self.path}!/{name}")
        return start, entry.size

    def _entry(self, name: str) -> Entry:
        try:
            return self._entries[name]
        except KeyError:
            raise BundleError(f"{self.path}!/{name}: no such member") from None

    def _body(self, entry: Entry, where: str) -> int:
        raw = self._cut(entry.offset, _LOCAL.size)
        if len(raw) < _LOCAL.size or raw[:4] != b"PK\x03\x04":
            raise BundleError(f"{where}: damaged (no local header at offset {entry.offset})")
        *_, name, extra = _LOCAL.unpack(raw)
        return entry.offset + _LOCAL.size + int(name) + int(extra)

    def _unpacked(self, entry: Entry, where: str) -> bytes:
        if entry.method != _DEFLATED:
            return self._stored(entry, where)
        return _inflate(self._packed(entry, where), entry.size + 1, where)

    def _stored(self, entry: Entry, where: str) -> bytes:
        return self._cut(self._body(entry, where), entry.size)

    def _packed(self, entry: Entry, where: str) -> Iterator[bytes]:
        """The packed content in pieces, until it ends: beside a large member unpacked, it is never held whole."""
        start, left = self._body(entry, where), entry.packed
        while left > 0 and (piece := self._cut(start, min(_PIECE, left))):
            yield piece
            start, left = start + len(piece), left - len(piece)


def open_zip(path: Path, display: str = "") -> ZipContainer:
    """Open the zip file at ``path``; messages and locations show ``display``. Raises `BundleError`."""
    shown = display or str(path)
    try:
        return ZipContainer(lambda offset, size: _read(path, offset, size), path.stat().st_size, shown)
    except OSError as error:
        raise BundleError(f"{shown}: {reason_of(error)}") from error


def digest(path: Path) -> str:
    """SHA-256 of a file, or of a directory's sorted member names and contents. Raises `BundleError`."""
    try:
        if not path.is_dir():
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        total = hashlib.sha256()
        for member in sorted(member for member in path.rglob("*") if member.is_file()):
            total.update(f"{member.relative_to(path).as_posix()}\0{digest(member)}\0".encode())
        return total.hexdigest()
    except OSError as error:
        raise BundleError(f"{path}: {reason_of(error)}") from error


def _tampering(path: str, key: str, text: str) -> Fact:
    return Fact("tampering", key, text, Location(path))


def _read(path: Path, offset: int, size: int) -> bytes:
    with path.open("rb", buffering=0) as file:
        file.seek(offset)
        return file.read(size)


def _is_unknown(entry: Entry) -> bool:
    return entry.method not in (_STORED, _DEFLATED)


def _inflate(packed: Iterable[bytes], limit: int, where: str) -> bytes:
    """Up to ``limit`` bytes of unpacked content. Raises `BundleError`."""
    content = io.BytesIO()
    try:
        for piece in _unpacked_pieces(packed):
            content.write(piece[: limit - content.tell()])
            if content.tell() >= limit:
                break
    except zlib.error as error:
        raise BundleError(f"{where}: damaged ({error})") from None
    return content.getvalue()


def _unpacked_pieces(packed: Iterable[bytes]) -> Iterator[bytes]:
    """Bounded pieces: all at once, zlib would hold a large member twice while it grows."""
    unzip = zlib.decompressobj(-15)
    for given in packed:
        rest, full = given, True
        # a full piece may have left more behind, all of the input taken or not
        while (rest or full) and not unzip.eof:
            piece = unzip.decompress(rest, _PIECE)
            rest, full = unzip.unconsumed_tail, len(piece) == _PIECE
            yield piece
        if unzip.eof:
            return
