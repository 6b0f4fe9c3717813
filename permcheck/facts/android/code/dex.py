"""An Android bundle and the names to look for in, which of them its code uses and whose code that is out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from permcheck.bundles import Bundle, Part
from permcheck.errors import BundleError
from permcheck.facts.android.code import mapping
from permcheck.facts.android.code.dex_code import FIELD, INVOKE, STRING, Place, find_users, methods_of, strings_of
from permcheck.facts.android.code.dex_file import (
    MAX_MEMBERS,
    DexFile,
    find_many_strings,
    find_strings,
    initial_strings,
    read_dex_files,
    rows_of,
    superclasses,
)
from permcheck.facts.android.code.framework import runtime_markers
from permcheck.facts.android.code.hierarchy import heirs_of
from permcheck.facts.android.code.known_class import LEAVES, is_renamed, recognise
from permcheck.facts.android.code.packages import package_facts
from permcheck.facts.android.code.user import DYNAMIC, Name, User, Users, use_facts
from permcheck.facts.policy_name import is_policy_link
from permcheck.model import Fact, Gap, Location

LINKS_LIMIT = 20_000
"""Addresses that one file is searched for."""

REFLECTORS = ("java.lang.Class.getMethod", "java.lang.Class.getDeclaredMethod")
"""What reaches a method by its name."""

_LOOKED_UP = frozenset({
    "getAllCellInfo", "getCellLocation", "getConfiguredNetworks", "getConnectionInfo", "getDeviceId", "getImei",
    "getLastKnownLocation", "getLine1Number", "getMeid", "getScanResults", "getSerial", "getSimSerialNumber",
    "getSubscriberId", "openCamera", "sendTextMessage", "setWifiEnabled", "startDiscovery",
})  # fmt: skip
"""Names of guarded methods that code is known to look up as text."""

_LOADED = re.compile(r"(dex/)?classes\d*\.dex")
_DEX_LIMIT = 1 << 28

Family = tuple[int, Mapping[bytes, str]]
"""A type, and the wanted members that code names by it."""
Found = dict[Name, dict[str, set[str]]]
"""Wanted name -> the classes that use it -> their methods that do."""


@dataclass(frozen=True, slots=True)
class Names:
    """The wanted names as a DEX file writes them.

    ``members`` holds class descriptor -> member name (``b""``: extending it) -> key; ``starts`` how strings begin;
    ``anchors`` classes whose presence tells an SDK.
    """

    members: Mapping[bytes, Mapping[bytes, str]]
    starts: tuple[tuple[bytes, Name], ...]
    anchors: frozenset[bytes] = frozenset()


@dataclass(slots=True)
class Gathered:
    """What the code of one part says, gathered over its DEX files.

    ``families`` are classes of files already read that inherit wanted members: later files extend them too.
    """

    users: Users = field(default_factory=lambda: defaultdict(dict))
    packages: Counter[bytes] = field(default_factory=Counter)
    families: dict[bytes, Mapping[bytes, str]] = field(default_factory=dict)


def recognizes(bundle: Bundle) -> bool:
    """Whether the bundle can hold DEX files."""
    return bundle.platform == "android"


def extract(bundle: Bundle, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:
    """Read every DEX file of every part, one at a time.

    ``wanted`` holds ``api-call`` (``package.Class.member``, ``package.Class`` for extending it; nested classes with
    ``$``), ``provider`` (authorities, behind ``content://`` or, with a dot in them, alone), ``path`` (how file names
    begin), ``host`` (addresses of services), and to the letter ``intent`` (actions) and ``string`` (other constants);
    ``anchor`` names classes of SDKs.
    The value of a fact is the calling class, one fact per calling package; it is empty where no caller was found. Calls
    out of a support library that nearly every app carries have low confidence. ``code-package`` facts count classes,
    ``dynamic-code`` facts say who loads code that is not in the bundle, ``reflection`` facts who names a guarded class
    or method as text.
    """
    names = compile_names(wanted)
    for part in bundle.parts:
        gathered = Gathered()
        for member in _dex_members(part):
            yield from _read_member(part, member, names, gathered)
        known = wanted.get("code-package", frozenset())
        text = mapping.of_part(part) if gathered.packages else ""
        told = use_facts(gathered.users)
        yield from mapping.restore(told, text) if text else told
        packages = list(package_facts(gathered.packages, part.location(), known))
        if text:
            seen = {fact.key for fact in packages}
            written = mapping.restored_packages(text, part.location(), known)
            packages += (fact for fact in written if fact.key not in seen)
        yield from packages
        yield from runtime_markers([(fact.key, int(fact.value)) for fact in packages], part.location())


def compile_names(wanted: Mapping[str, frozenset[str]]) -> Names:
    """Put the wanted names into the form in which a DEX file holds them."""
    members: dict[bytes, dict[bytes, str]] = defaultdict(dict)
    for key in (*wanted.get("api-call", ()), *DYNAMIC, *REFLECTORS):
        owner, _, last = key.rpartition(".")
        # packages are lower case throughout, so a capital before the last dot is a class and the rest its member
        if owner.rpartition(".")[2][:1].isupper():
            _add(members, owner, last.encode(), key)
        else:
            _add(members, key, b"", key)
    for leaf, wrapping in LEAVES.items():
        for member in wrapping:
            members[descriptor(leaf)].setdefault(member.encode(), leaf)
    anchors = frozenset(descriptor(name) for name in wanted.get("anchor", ()))
    return Names(members, tuple(sorted({*_text_starts(wanted), *_reflected(wanted)})), anchors)


def _add(members: dict[bytes, dict[bytes, str]], owner: str, member: bytes, key: str) -> None:
    """What a class has, the platform classes that extend it have too; extending one of those is another matter."""
    members[descriptor(owner)][member] = key
    if member:
        for heir in heirs_of(owner):
            members[descriptor(heir)].setdefault(member, key)


def _text_starts(wanted: Mapping[str, frozenset[str]]) -> Iterator[tuple[bytes, Name]]:
    for key in wanted.get("provider", ()):
        yield f"content://{key}".encode(), ("provider", key)
        if "." in key:
            yield key.encode(), ("provider", key)
    for kind in ("intent", "string", "path", "host"):
        yield from ((key.encode(), (kind, key)) for key in wanted.get(kind, ()))
    yield from ((f"https://{key}".encode(), ("host", key)) for key in wanted.get("host", ()))


def _reflected(wanted: Mapping[str, frozenset[str]]) -> Iterator[tuple[bytes, Name]]:
    """Platform classes by their full names, and the methods that are commonly looked up by theirs."""
    for key in wanted.get("api-call", ()):
        owner, _, last = key.rpartition(".")
        if key.startswith("android.") and owner.rpartition(".")[2][:1].isupper():
            # code asks whether there is a Build class to tell Android from other systems
            if owner == "android.os.Build":
                continue
            yield owner.encode(), ("reflection", owner)
            if last in _LOOKED_UP:
                yield last.encode(), ("reflection-member", key)


def descriptor(name: str) -> bytes:
    """``a.b.C`` as the format writes it: ``La/b/C;``."""
    return f"L{name.replace('.', '/')};".encode()


def dotted(name: bytes) -> str:
    """A class descriptor as Java writes the name."""
    return name.decode("utf-8", "replace").removeprefix("L").removesuffix(";").replace("/", ".")


def read_dex(
    dex: DexFile, names: Names, *, callers: bool = True, inherited: dict[bytes, Mapping[bytes, str]] | None = None
) -> Found:
    """For each wanted name that one DEX file refers to, the classes that use it (none without ``callers``).

    A class that extends a wanted one uses what it inherits by its own name, and what it overrides. ``inherited`` are
    the classes of other files that do so; those of this one are added.
    """
    known = {**(inherited or {}), **names.members}
    owners = {index: known[name] for index, name in enumerate(dex.types) if name in known}
    heirs = _heirs(dex, owners)
    if inherited is not None:
        inherited.update((dex.types[owner], members) for owner, members in heirs.items())
    families = [*owners.items(), *heirs.items()]
    references = {INVOKE: _members(dex, dex.methods, families), FIELD: _members(dex, dex.fields, families)}
    references[STRING] = _strings(dex, names)
    users: Found = {name: {} for opcodes in (INVOKE, FIELD) for name in references[opcodes].values()}
    for owner, members in heirs.items():
        if b"" in members:
            users.setdefault(("api-call", members[b""]), {})[dotted(dex.types[owner])] = set()
    if not callers:
        return {**users, **{name: {} for name in references[STRING].values() if not name[0].startswith("reflection")}}
    _add_callers(dex, references, users)
    for row, name in references[INVOKE].items():
        if not users[name] and dex.methods[row * 4] in heirs:
            users[name][dotted(dex.types[dex.methods[row * 4]])] = set()
    return users


def _add_callers(dex: DexFile, references: Mapping[bytes, Mapping[int, Name]], users: Found) -> None:
    operands = {opcodes: frozenset(table) for opcodes, table in references.items()}
    found = [
        (references[opcodes][index], opcodes, index, places)
        for (opcodes, index), places in find_users(dex, operands).items()
    ]
    used = {index for _, opcodes, index, _ in found if opcodes == STRING}
    uses = [*((name, places) for name, _, _, places in found), *_initial(dex, references[STRING], used)]
    owners = {owner for _, places in uses for owner, _ in places}
    # only what a shrinker renamed can hold methods of several classes
    methods = methods_of(dex, {owner for owner in owners if is_renamed(dotted(dex.types[owner]))})
    for name, places in uses:
        for owner, start in places:
            names = users.setdefault(name, {}).setdefault(dotted(dex.types[owner]), set())
            row = methods.get((owner, start), MAX_MEMBERS)
            if row * 4 < len(dex.methods):
                names.add(dex.member_name(dex.methods, row).decode("utf-8", "replace"))


def _initial(dex: DexFile, strings: Mapping[int, Name], used: set[int]) -> Iterator[tuple[Name, set[Place]]]:
    """Who reads a static field that a wanted constant is the initial value of; the constant alone is no use."""
    fields = initial_strings(dex, strings.keys() - used)
    if fields:
        for (_, row), places in find_users(dex, {FIELD: frozenset(fields)}).items():
            yield strings[fields[row]], places


def _heirs(dex: DexFile, owners: Mapping[int, Mapping[bytes, str]]) -> dict[int, Mapping[bytes, str]]:
    """The classes of the file that extend a wanted one at any distance; the format lists a class behind its parent."""
    known = dict(owners)
    for owner, parent in superclasses(dex, known):
        known.setdefault(owner, known[parent])
    return {owner: members for owner, members in known.items() if owner not in owners}


def defined_packages(dex: DexFile) -> Counter[bytes]:
    """How many classes of each package (``a/b``, in the format's encoding) one DEX file defines."""
    owners = (dex.types[owner] for owner in dex.classes[::8] if owner < len(dex.types))
    return Counter(name[1:].rpartition(b"/")[0] for name in owners)


def _dex_members(part: Part) -> list[str]:
    names = (name.removeprefix(part.root) for name in part.container.names() if name.startswith(part.root))
    return sorted((name for name in names if name.endswith(".dex")), key=lambda name: (len(name), name))


def _read_member(part: Part, member: str, names: Names, gathered: Gathered) -> Iterator[Fact | Gap]:
    location = part.location(member)
    try:
        for dex in read_dex_files(part.container.read(part.root + member, _DEX_LIMIT)):
            yield from _read_file(dex, names, location, gathered)
    except BundleError as error:
        yield Gap(location, str(error).removeprefix(f"{location.path}: "))
        return
    if not _LOADED.fullmatch(member):
        yield Gap(location, "code that the app can load while it runs; it was read, whether it is used cannot be told")


def _read_file(dex: DexFile, names: Names, location: Location, gathered: Gathered) -> Iterator[Fact | Gap]:
    gathered.packages.update(defined_packages(dex))
    yield from _links(dex, location)
    yield from _anchors(dex, names, location)
    try:
        found = read_dex(dex, names, inherited=gathered.families)
    except BundleError as error:
        yield Gap(location, f"{error}; who uses what was not told")
        found = read_dex(dex, names, callers=False)
    known = _known(dex, {name for classes in found.values() for name in classes})
    for name, classes in found.items():
        for user, methods in sorted(classes.items()) or [("", set())]:
            place = Location(location.path, ", ".join(sorted(methods)[:8]))
            gathered.users[name].setdefault(user, User(user, place, known.get(user, "")))


def _known(dex: DexFile, names: Iterable[str]) -> dict[str, str]:
    """The support-library classes that renamed ones are known to be by their strings."""
    renamed = {name: bisect_left(dex.types, descriptor(name)) for name in names if is_renamed(name)}
    strings = strings_of(dex, set(renamed.values()))
    return {name: recognise(strings[owner]) for name, owner in renamed.items() if owner in strings}


def _anchors(dex: DexFile, names: Names, location: Location) -> Iterator[Fact]:
    for index in dex.classes[::8] if names.anchors else ():
        if index < len(dex.types) and dex.types[index] in names.anchors:
            yield Fact("anchor-class", dotted(dex.types[index]), "", location)


def _links(dex: DexFile, location: Location) -> Iterator[Fact]:
    """Addresses of privacy policies among the constants."""
    for index in find_strings(dex, b"http", LINKS_LIMIT):
        text = dex.string(index).decode("utf-8", "replace")
        if is_policy_link(text):
            yield Fact("policy-link", text, "", location)


def _members(dex: DexFile, table: Sequence[int], families: Iterable[Family]) -> dict[int, Name]:
    """Rows of a field or method table that are wanted."""
    found: dict[int, Name] = {}
    for owner, members in families:
        for row in rows_of(table, owner):
            key = members.get(dex.member_name(table, row))
            if key:
                found[row] = _SPECIAL.get(key, ("api-call", key))
    return found


_SPECIAL: Mapping[str, Name] = {
    **{name: ("leaf", name) for name in LEAVES},
    **dict.fromkeys(REFLECTORS, ("reflector", "")),
}
"""What is looked for beside the wanted names, to tell whose use theirs is."""


_GOING_ON = ("provider", "path", "host")
"""Kinds of text that may go on behind a slash."""


def _strings(dex: DexFile, names: Names) -> dict[int, Name]:
    found: dict[int, Name] = {}
    for (start, name), indexes in zip(names.starts, find_many_strings(dex, [s for s, _ in names.starts]), strict=True):
        for index in indexes:
            rest = dex.string(index)[len(start) :]
            # an authority ends at a slash, a path may go on there; an action is the whole string
            if not rest or (name[0] in _GOING_ON and rest[:1] in (b"/", b"?")):
                found.setdefault(index, name)
    return found
