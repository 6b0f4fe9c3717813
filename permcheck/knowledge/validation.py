"""Mapping directories in, every break of the schema out, one line each: file, line, key and what is allowed there."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from permcheck.errors import MappingError
from permcheck.knowledge import sources
from permcheck.knowledge.faults import Fault, faults
from permcheck.knowledge.parameters import CHECKS, Declaration
from permcheck.knowledge.positions import Path as Path_
from permcheck.knowledge.positions import line_of, positions
from permcheck.knowledge.schema import Category, Language, Rule, Sdk, Tests
from permcheck.knowledge.terms import Names, near

CLASSES: Mapping[str, Any] = {"categories": Category, "rules": Rule, "sdks": Sdk, "languages": Language}
MARKS = ("packages", "classes", "frameworks", "libraries", "metadata", "assets", "artifacts", "anchors", "markers")
"""What an SDK can be recognised by."""
BESIDE = ("tests", "schema")
"""Directories of a company's mappings that are no section."""
Sections = Mapping[str, sources.Tables]


@dataclass(frozen=True, slots=True)
class File:
    """One file of the mappings: its own table, and the one that came out when it was laid over ours."""

    section: str
    name: str
    raw: Mapping[str, Any]
    whole: Mapping[str, Any]
    partial: bool

    @property
    def path(self) -> str:
        """``rules/PC101.toml``."""
        return f"{self.section}/{self.name}.toml"


def refuse(directories: Iterable[Path]) -> None:
    """Check a company's mappings, one directory over the other. Raises `MappingError` with every line."""
    base: Sections | None = None
    for directory in directories:
        read = sources.read_sources(directory)
        theirs = sources.loaded(sources.index_from(sources.parse(directory, read)))[0]
        base = sources.read_index()[0] if base is None else base
        lines = list(overlay_faults(directory, theirs, read, base))
        if lines:
            raise MappingError(*lines)
        base = laid_over(base, theirs)


def laid_over(base: Sections, theirs: Sections) -> dict[str, sources.Tables]:
    """All tables after one directory was laid over them."""
    return {
        section: {
            **base[section],
            **{n: sources.merge(base[section].get(n, {}), t) for n, t in theirs[section].items()},
        }
        for section in sources.SECTIONS
    }


def overlay_faults(directory: Path, theirs: Sections, read: Mapping[str, bytes], base: Sections) -> Iterator[str]:
    """What is wrong with the files of one directory; nothing of what they are laid over."""
    known = (*sources.SECTIONS, *BESIDE)
    for entry in sorted(directory.iterdir()):
        if entry.name not in known and _has_mappings(entry):
            hint = near(entry.name, known) or f"; there are {', '.join(known)}"
            yield f"{entry}: no section of the mappings{hint}"
    whole = laid_over(base, theirs)
    names = _names(whole, ours=False, deep=True)
    yield from test_faults(directory, names)
    for section in sources.SECTIONS:
        for name, raw in theirs[section].items():
            file = File(section, name, raw, whole[section][name], name in base[section])
            yield from _lines(file, names, read[file.path], f"{directory.as_posix().rstrip('/')}/")


def own_faults(
    sections: Sections, read: Mapping[str, bytes], *, deep: bool, only: Collection[str] = ()
) -> Iterator[str]:
    """What is wrong with the files that come with permcheck, or with those of these paths (``rules/PC101.toml``)."""
    names = _names(sections, ours=True, deep=deep)
    for section in sources.SECTIONS:
        for name, raw in sections[section].items():
            file = File(section, name, raw, raw, partial=False)
            if not only or file.path in only:
                yield from _lines(file, names, read[file.path], "")


class Places:
    """Where keys stand in the files of one directory, ours or a company's; read only when something is wrong there."""

    def __init__(self, directory: Path | None, base: Sections | None = None) -> None:
        """``base`` are the tables that the directory is laid over: elements of their lists come before its own."""
        self.read = sources.read_sources(directory or sources.shipped())
        self.prefix = f"{directory.as_posix().rstrip('/')}/" if directory else ""
        self.base = base

    def names(self, section: str) -> set[str]:
        """The files of one section here."""
        return {path.partition("/")[2].removesuffix(".toml") for path in self.read if path.startswith(f"{section}/")}

    def line(self, section: str, name: str, path: Sequence[str | int] = ()) -> str:
        """``rules/PC101.toml:12: example[0]: ``; what only the files below say names the directory that changed it."""
        file = f"{section}/{name}.toml"
        own = self._own(section, name, tuple(path))
        if own is None or file not in self.read:
            return (
                f"{self.prefix or 'mappings'}: with these files laid over ours, {file}: {Fault(tuple(path), '').place}"
            )
        places = positions(self.read[file].decode())
        return f"{self.prefix}{file}:{line_of(places, own)}: {Fault(own, '').place}"

    def _own(self, section: str, name: str, path: Path_) -> Path_ | None:
        """The path in the file itself; none for an element of a list that stands in the file below."""
        below: Any = (self.base or {}).get(section, {}).get(name, {})
        own: list[str | int] = []
        for part in path:
            before = len(below) if isinstance(below, list) else 0
            if isinstance(part, int) and part < before:
                return None
            below = below.get(part, {}) if isinstance(below, dict) else {}
            own.append(part - before if isinstance(part, int) else part)
        return tuple(own)


def test_faults(directory: Path, names: Names) -> Iterator[str]:
    """What is wrong with the tests of a company's mappings."""
    for path in sorted((directory / "tests").glob("*.toml")):
        text = path.read_bytes()
        table = sources.parse_one(path, text)
        places = positions(text.decode())
        for fault in faults(Tests, table, names):
            yield f"{path.as_posix()}:{line_of(places, fault.path)}: {fault.place}{fault.message}"


def _has_mappings(entry: Path) -> bool:
    return entry.suffix == ".toml" or (entry.is_dir() and any(entry.glob("*.toml")))


def _names(sections: Sections, *, ours: bool, deep: bool) -> Names:
    return Names(
        categories=sections["categories"].keys(),
        rules=sections["rules"].keys(),
        languages=sections["languages"].keys(),
        checks=(*CHECKS, *_others(sections)),
        ours=ours,
        deep=deep,
    )


def _others(sections: Sections) -> tuple[str, ...]:
    """Checks of other packages, looked for only where a rule asks for one that is not ours."""
    asked = {rule.get("check") for rule in sections["rules"].values()} - CHECKS.keys()
    if not asked - {None}:
        return ()
    from importlib.metadata import entry_points  # noqa: PLC0415  (a slow search)

    return tuple(point.name for point in entry_points(group="permcheck.checks"))


def _lines(file: File, names: Names, text: bytes, prefix: str) -> Iterator[str]:
    found = sorted(_faults(file, names), key=lambda fault: str(fault.path))
    places = positions(text.decode()) if found else {}
    ordered = sorted(dict.fromkeys(found), key=lambda fault: (line_of(places, fault.path), fault.message))
    for fault in ordered:
        yield f"{prefix}{file.path}:{line_of(places, fault.path)}: {fault.place}{fault.message}"


def _faults(file: File, names: Names) -> Iterator[Fault]:
    shape = list(faults(CLASSES[file.section], file.raw, names, partial=file.partial))
    yield from shape
    key = "code" if file.section == "languages" else "id"
    said = file.raw.get(key, file.name)
    if isinstance(said, str) and said != file.name:
        yield Fault((key,), f"id {said!r} does not match the file name")
    if not shape:
        yield from _OF_SECTION[file.section](file, names)


def _category(file: File, names: Names) -> Iterator[Fault]:  # noqa: ARG001  (one signature for all sections)
    parent = file.whole.get("parent", "")
    if parent == file.name:
        yield Fault(("parent",), "a category is not its own parent")


def _sdk(file: File, names: Names) -> Iterator[Fault]:  # noqa: ARG001
    if not any(file.whole.get(mark) for mark in MARKS):
        yield Fault((), f"nothing to recognise it by: none of {', '.join(MARKS)}")


def _language(file: File, names: Names) -> Iterator[Fault]:  # noqa: ARG001
    yield from ()


def _rule(file: File, names: Names) -> Iterator[Fault]:
    declared = CHECKS.get(file.whole["check"])
    if declared is None:
        return
    given = file.raw.get("with", {})
    wrong = list(faults(declared.schema, given, names, ("with",), partial=True))
    yield from wrong
    if not wrong:
        yield from _needed(file, declared)
    if "message" in file.raw:
        yield from _message(file.raw["message"], declared)


def _needed(file: File, declared: Declaration) -> Iterator[Fault]:
    """Parameters that the check, or the question chosen in it, cannot do without."""
    params = file.whole.get("with", {})
    found = faults(declared.schema, params, Names(deep=False), ("with",))
    yield from (fault for fault in found if fault.message.startswith("missing key"))
    if declared.tables:
        yield from _tables(params, declared.tables)
    if declared.shared and params.get(declared.shared):
        return
    chosen = params.get(declared.choice, "says")
    for need in declared.needs.get(chosen, ()):
        if not any(option in params for option in need.split("|")):
            said = " or ".join(repr(option) for option in need.split("|"))
            yield Fault(("with",), f"missing key {said}, which {declared.choice} {chosen!r} needs")


def _tables(params: Mapping[str, Any], name: str) -> Iterator[Fault]:
    if params.get("when"):
        return
    if not params.get(name):
        yield Fault(("with",), "missing key 'when'")
    for index, table in enumerate(params.get(name, ())):
        if not table.get("when"):
            yield Fault(("with", name, index), "missing key 'when'")


def _message(message: str, declared: Declaration) -> Iterator[Fault]:
    try:
        used = [name for _, name, _, _ in string.Formatter().parse(message) if name is not None]
    except ValueError as error:
        yield Fault(("message",), f"braces that do not pair: {error}")
        return
    for name in used:
        if name not in declared.fields:
            hint = near(name, declared.fields) or f"; there are {', '.join(declared.fields)}"
            yield Fault(("message",), f"{{{name}}} is no word of this check{hint}")


_OF_SECTION = {"categories": _category, "rules": _rule, "sdks": _sdk, "languages": _language}
