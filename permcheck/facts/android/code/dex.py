"""An Android bundle and the names to look for in, which of them its code uses and whose code that is out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from permcheck.bundles import Bundle, Part
from permcheck.errors import BundleError
from permcheck.facts.android.code.dex_code import FIELD, INVOKE, STRING, find_users
from permcheck.facts.android.code.dex_file import DexFile, find_strings, read_dex_files, rows_of, superclasses
from permcheck.facts.android.code.packages import package_facts, support_library
from permcheck.facts.policy_name import is_policy_link
from permcheck.model import Fact, Gap, Location

CALLERS_LIMIT = 12
"""Facts per looked-up name: one per package that uses it, the rest would say nothing new."""

LINKS_LIMIT = 20_000
"""Addresses that one file is searched for."""

DYNAMIC = frozenset({"dalvik.system.DexClassLoader.<init>", "dalvik.system.InMemoryDexClassLoader.<init>"})
"""What loads code that is not in the bundle."""

_LOADED = re.compile(r"(dex/)?classes\d*\.dex")
_DEX_LIMIT = 1 << 28

Name = tuple[str, str]
"""Kind and key of a fact."""
Family = tuple[int, Mapping[bytes, str]]
"""A type, and the wanted members that code names by it."""


@dataclass(frozen=True, slots=True)
class Names:
    """The wanted names as a DEX file writes them.

    ``members`` holds class descriptor -> member name (``b""``: extending it) -> key; ``starts`` how strings begin.
    """

    members: Mapping[bytes, Mapping[bytes, str]]
    starts: tuple[tuple[bytes, Name], ...]


@dataclass(slots=True)
class Found:
    """What the code of one part says, gathered over its DEX files."""

    users: dict[Name, dict[str, tuple[str, Location]]] = field(default_factory=lambda: defaultdict(dict))
    packages: Counter[bytes] = field(default_factory=Counter)


def recognizes(bundle: Bundle) -> bool:
    """Whether the bundle can hold DEX files."""
    return bundle.platform == "android"


def extract(bundle: Bundle, wanted: Mapping[str, frozenset[str]]) -> Iterator[Fact | Gap]:
    """Read every DEX file of every part, one at a time.

    ``wanted`` holds ``api-call`` (``package.Class.member``, ``package.Class`` for extending it; nested classes with
    ``$``), ``provider`` (authorities that stand behind ``content://``), and to the letter ``intent`` (actions) and
    ``string`` (other constants). The
    value of a fact is the calling class, one fact per calling package; it is empty where no caller was found. Calls
    out of a support library that nearly every app carries have low confidence. ``code-package`` facts count classes,
    ``dynamic-code`` facts say who loads code that is not in the bundle.
    """
    names = compile_names(wanted)
    for part in bundle.parts:
        found = Found()
        for member in _dex_members(part):
            yield from _read_member(part, member, names, found)
        yield from _facts(found)
        yield from package_facts(found.packages, part.location(), wanted.get("code-package", frozenset()))


def compile_names(wanted: Mapping[str, frozenset[str]]) -> Names:
    """Put the wanted names into the form in which a DEX file holds them."""
    members: dict[bytes, dict[bytes, str]] = defaultdict(dict)
    for key in (*wanted.get("api-call", ()), *DYNAMIC):
        owner, _, last = key.rpartition(".")
        # packages are lower case throughout, so a capital before the last dot is a class and the rest its member
        if owner.rpartition(".")[2][:1].isupper():
            members[descriptor(owner)][last.encode()] = key
        else:
            members[descriptor(key)][b""] = key
    starts = [(f"content://{key}".encode(), ("provider", key)) for key in wanted.get("provider", ())]
    starts += [(key.encode(), (kind, key)) for kind in ("intent", "string") for key in wanted.get(kind, ())]
    return Names(members, tuple(sorted(starts)))


def descriptor(name: str) -> bytes:
    """``a.b.C`` as the format writes it: ``La/b/C;``."""
    return f"L{name.replace('.', '/')};".encode()


def dotted(name: bytes) -> str:
    """A class descriptor as Java writes the name."""
    return name.decode("utf-8", "replace").removeprefix("L").removesuffix(";").replace("/", ".")


def read_dex(dex: DexFile, names: Names, *, callers: bool = True) -> dict[Name, set[str]]:
    """For each wanted name that one DEX file refers to, the classes that use it (none without ``callers``).

    A class that extends a wanted one uses what it inherits by its own name, and what it overrides.
    """
    owners = {index: names.members[name] for index, name in enumerate(dex.types) if name in names.members}
    heirs = _heirs(dex, owners)
    families = [*owners.items(), *heirs.items()]
    references = {INVOKE: _members(dex, dex.methods, families), FIELD: _members(dex, dex.fields, families)}
    references[STRING] = _strings(dex, names)
    users: dict[Name, set[str]] = {name: set() for table in references.values() for name in table.values()}
    for owner, members in heirs.items():
        if b"" in members:
            users.setdefault(("api-call", members[b""]), set()).add(dotted(dex.types[owner]))
    if callers:
        operands = {opcodes: frozenset(table) for opcodes, table in references.items()}
        for (opcodes, index), classes in find_users(dex, operands).items():
            users[references[opcodes][index]].update(dotted(dex.types[owner]) for owner in classes)
        for row, name in references[INVOKE].items():
            if not users[name] and dex.methods[row * 4] in heirs:
                users[name].add(dotted(dex.types[dex.methods[row * 4]]))
    return users


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


def _read_member(part: Part, member: str, names: Names, found: Found) -> Iterator[Fact | Gap]:
    location = part.location(member)
    try:
        for dex in read_dex_files(part.container.read(part.root + member, _DEX_LIMIT)):
            yield from _read_file(dex, names, location, found)
    except BundleError as error:
        yield Gap(location, str(error).removeprefix(f"{location.path}: "))
        return
    if not _LOADED.fullmatch(member):
        yield Gap(location, "code that the app can load while it runs; it was read, whether it is used cannot be told")


def _read_file(dex: DexFile, names: Names, location: Location, found: Found) -> Iterator[Fact | Gap]:
    found.packages.update(defined_packages(dex))
    yield from _links(dex, location)
    try:
        users = read_dex(dex, names)
    except BundleError as error:
        yield Gap(location, f"{error}; who uses what was not told")
        users = read_dex(dex, names, callers=False)
    for name, classes in users.items():
        for user in sorted(classes) or [""]:
            found.users[name].setdefault(user.rpartition(".")[0], (user, location))


def _links(dex: DexFile, location: Location) -> Iterator[Fact]:
    """Addresses of privacy policies among the constants."""
    for index in find_strings(dex, b"http", LINKS_LIMIT):
        text = dex.string(index).decode("utf-8", "replace")
        if is_policy_link(text):
            yield Fact("policy-link", text, "", location)


def _facts(found: Found) -> Iterator[Fact]:
    for (kind, key), users in sorted(found.users.items()):
        told = "dynamic-code" if key in DYNAMIC else kind
        for user, location in _chosen(_libraries(kind, key), list(users.values())):
            origin = support_library(user)
            yield Fact(told, key, user, location, origin, confidence="low" if origin else "high" if user else "medium")


def _chosen(libraries: tuple[str, ...], users: list[tuple[str, Location]]) -> list[tuple[str, Location]]:
    """What to tell of a name's users: support libraries only where nobody else is, the nameless one least of all."""
    callers = sorted(user for user in users if user[0] and not user[0].startswith(libraries))
    others = [user for user in callers if not support_library(user[0])]
    if callers or libraries:
        # a library that is only called from within, or by nobody, says nothing of the app
        return others[:CALLERS_LIMIT] or callers[:1]
    return [("", min(location for _, location in users))]


def _libraries(kind: str, key: str) -> tuple[str, ...]:
    """The packages of the library that a class belongs to; none for what the platform itself brings."""
    if kind != "api-call" or key.startswith(("android.", "dalvik.", "java.")):
        return ()
    package = key[: re.search(r"[A-Z]|$", key).start()]  # type: ignore[union-attr]
    return package, package.replace(".gms.", ".gms.internal.")


def _members(dex: DexFile, table: Sequence[int], families: Iterable[Family]) -> dict[int, Name]:
    """Rows of a field or method table that are wanted."""
    found: dict[int, Name] = {}
    for owner, members in families:
        for row in rows_of(table, owner):
            key = members.get(dex.member_name(table, row))
            if key:
                found[row] = ("api-call", key)
    return found


def _strings(dex: DexFile, names: Names) -> dict[int, Name]:
    found: dict[int, Name] = {}
    for start, name in names.starts:
        for index in find_strings(dex, start):
            rest = dex.string(index)[len(start) :]
            # an authority ends at a slash; an action is the whole string
            if not rest or (name[0] == "provider" and rest[:1] in (b"/", b"?")):
                found[index] = name
    return found
