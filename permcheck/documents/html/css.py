"""Style sheets and `style` attributes in, the declarations that bear on what is seen out, by element."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol

Declarations = Mapping[str, str]
"""Property -> value, both in small letters; later declarations and those marked important have won."""

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_DECLARATION = re.compile(r"([-\w\\]+(?: ?\w+)?)\s*:\s*((?:[^;\"']|\"[^\"]*\"|'[^']*')+)")
_PIECE = re.compile(r"([^{};]*+)([{};])")
_COMPOUND = re.compile(
    r"(?P<tag>[a-zA-Z*][\w-]*)?(?P<rest>(?:[.#](?:[a-zA-Z0-9_-]|[^\x00-\x7f]|\\.)+|\[[^\]]*\]|:{1,2}[\w-]+(?:\([^()]*\))?)*)\Z"
)
_PART = re.compile(r"([.#])((?:[a-zA-Z0-9_-]|[^\x00-\x7f]|\\.)+)|\[([^\]]*)\]|(:{1,2})([\w-]+)(?:\(([^()]*)\))?")
_ATTRIBUTE = re.compile(r"\s*([\w-]+)\s*(?:([~|^$*]?)=\s*[\"']?([^\"']*)[\"']?\s*)?\Z")
_COMBINATOR = re.compile(r"\s*([>+~])\s*|\s+")
_SELECTOR = re.compile(r"(?:[^,(\[]|\([^()]*\)|\[[^\]]*\])+")
_WIDTH = re.compile(r"(min|max)-width\s*:\s*(\d+(?:\.\d+)?)(px|em|rem)")
_CONDITIONAL = ("@media", "@supports", "@layer", "@container", "@scope")
_SCREEN = 1280.0
"""Pixels: the width of an ordinary window."""
_MAX_RULES = 20_000
_FARTHEST = 200
"""So many elements outwards a selector is followed."""
KNOWN = frozenset({
    "display", "visibility", "opacity", "color", "background", "background-color", "background-image", "font-size",
    "font", "text-indent", "position", "left", "top", "right", "bottom", "margin-left", "margin-top", "clip",
    "clip-path", "height", "max-height", "width", "max-width", "overflow", "overflow-x", "overflow-y",
    "content-visibility", "text-decoration", "text-decoration-line", "transform", "content", "white-space", "filter",
    "direction", "unicode-bidi", "-webkit-text-fill-color",
})  # fmt: skip
"""Properties that may keep a text from being seen, or put one there."""
_HINT = re.compile("|".join(sorted(KNOWN - {"left", "top", "right", "bottom", "width", "height"}, key=len)) + "|height")


class Node(Protocol):
    """What a selector asks of an element."""

    tag: str
    attributes: Mapping[str, str]
    names: Collection[str]
    under: AbstractSet[int]
    """Which elements of selectors it and those around it are, by number."""


@dataclass(frozen=True, slots=True)
class _Compound:
    """One element of a selector; ``joint`` is what joins it to the one before (``" "`` or ``">"``)."""

    tag: str = ""
    identity: str = ""
    names: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, str, str], ...] = ()
    unlike: tuple[_Compound, ...] = ()
    joint: str = " "


@dataclass(frozen=True, slots=True)
class _Rule:
    chain: tuple[_Compound, ...]
    declarations: Declarations
    important: Declarations
    weight: tuple[int, int, int]
    pseudo: str = ""
    needs: frozenset[int] = frozenset()
    """The numbers of the elements that must stand around the one that the rule is about."""


@dataclass(slots=True)
class Sheet:
    """The rules of a page, by the name that the last element of their selectors must have."""

    rules: dict[str, list[tuple[int, _Rule]]] = field(default_factory=dict)
    count: int = 0
    around: dict[str, list[tuple[int, _Compound]]] = field(default_factory=dict)
    """What selectors ask of elements around theirs, numbered, by the name that such an element must have."""
    numbers: dict[_Compound, int] = field(default_factory=dict)
    has_content: bool = False
    """Whether any rule writes words of its own."""

    def add(self, source: str) -> None:
        """Add the rules of one `<style>` element."""
        for selector, body in _blocks(_COMMENT.sub(" ", source)):
            ordinary, important = _parse(body)
            if ordinary or important:
                for part in _SELECTOR.findall(selector):
                    self._add(part, ordinary, important)

    def _add(self, selector: str, ordinary: Declarations, important: Declarations) -> None:
        read = _selector(selector.strip())
        if not read or self.count >= _MAX_RULES:
            return
        chain, pseudo = read
        self.count += 1
        self.has_content |= bool(pseudo) and "content" in {**ordinary, **important}
        needs = frozenset(self._number(part) for part in chain[:-1])
        rule = _Rule(chain, ordinary, important, _weight(chain), pseudo, needs)
        self.rules.setdefault(_key(chain[-1]), []).append((self.count, rule))

    def _number(self, compound: _Compound) -> int:
        plain = replace(compound, joint=" ")
        if plain not in self.numbers:
            self.numbers[plain] = len(self.numbers)
            self.around.setdefault(_key(plain), []).append((self.numbers[plain], plain))
        return self.numbers[plain]

    def under(self, node: Node, around: AbstractSet[int]) -> AbstractSet[int]:
        """The numbers for an element in an element that has those ``around``."""
        own = {
            number
            for key in _keys(node)
            for number, part in self.around.get(key, ())
            if number not in around and _fits(part, node)
        }
        return around | own if own else around

    def keep(self, present: AbstractSet[str]) -> None:
        """Drop the rules that ask for a tag, class, id or attribute that no element has (written as in `names_of`)."""
        kept = {
            key: [pair for pair in rules if all(_asked(part) <= present for part in pair[1].chain)]
            for key, rules in self.rules.items()
        }
        self.rules = {key: rules for key, rules in kept.items() if rules}
        self.count = sum(map(len, self.rules.values()))

    def find(self, node: Node, above: Sequence[Node], pseudo: str = "") -> Declarations:
        """The declarations of all rules that hold for an element below others."""
        around = above[-1].under if above else frozenset()
        found = [
            (rule.weight, number, rule)
            for key in _keys(node)
            for number, rule in self.rules.get(key, ())
            if rule.pseudo == pseudo and rule.needs <= around and _holds(rule.chain, node, above)
        ]
        if not found:
            return {}
        found.sort(key=lambda item: item[:2])
        declared: dict[str, str] = {}
        for _, _, rule in found:
            declared.update(rule.declarations)
        for _, _, rule in found:
            declared.update(rule.important)
        return declared


def _keys(node: Node) -> list[str]:
    keys = ["*", node.tag]
    keys += [f"[{name}" for name in node.attributes]
    keys += [f".{name}" for name in node.names]
    if "id" in node.attributes:
        keys.append(f"#{node.attributes['id']}")
    return keys


@lru_cache(maxsize=512)
def inline(style: str) -> Declarations:
    """The declarations of a `style` attribute."""
    ordinary, important = _parse(_COMMENT.sub("", style))
    return {**ordinary, **important}


def unescape(text: str) -> str:
    """Decode the escapes of CSS."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _sign(int(match[1], 16)) if match[1] else match[2], text)


def _sign(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _parse(body: str) -> tuple[dict[str, str], dict[str, str]]:
    ordinary: dict[str, str] = {}
    important: dict[str, str] = {}
    if "\\" not in body and not _HINT.search(body.lower()):
        return ordinary, important
    for match in _DECLARATION.finditer(body):
        name = unescape(match[1]).strip().lower()
        if name not in KNOWN:
            continue
        value = match[2].strip()
        if name != "content":
            value = unescape(value).lower()
        bare, mark, rest = value.rpartition("!")
        if mark and rest.strip().lower() == "important":
            important[name] = bare.strip()
        else:
            ordinary[name] = value
    return ordinary, important


def _blocks(source: str) -> Iterator[tuple[str, str]]:
    """Selectors with their declarations, of style rules that hold on a screen of ordinary width."""
    active = [True]
    position = 0
    while match := _PIECE.match(source, position):
        position = match.end()
        prelude = match[1].strip()
        if match[2] == "}":
            if len(active) > 1:
                active.pop()
        elif match[2] == "{":
            if prelude.startswith("@"):
                active.append(active[-1] and _is_met(prelude.lower()))
                continue
            end = source.find("}", position)
            end = len(source) if end < 0 else end
            if active[-1]:
                yield prelude, source[position:end].partition("{")[0]
            position = end + 1


def _is_met(prelude: str) -> bool:
    if not prelude.startswith(_CONDITIONAL):
        return False
    if not prelude.startswith("@media"):
        return True
    return any(_media(query) for query in prelude.removeprefix("@media").split(","))


def _media(query: str) -> bool:
    if "print" in query or "speech" in query or "prefers" in query or query.strip().startswith("not"):
        return False
    for side, number, unit in _WIDTH.findall(query):
        width = float(number) * (1 if unit == "px" else 16)
        if width > _SCREEN if side == "min" else width < _SCREEN:
            return False
    return True


def _selector(selector: str) -> tuple[tuple[_Compound, ...], str] | None:
    """The selector with its pseudo-element; None for one that cannot be judged on a page at rest."""
    parts = _COMBINATOR.split(selector)
    compounds, pseudo, joint = [], "", " "
    for number in range(0, len(parts), 2):
        match = _COMPOUND.match(parts[number])
        if not match or not parts[number]:
            return None
        read = _compound(match, joint)
        if read is None:
            return None
        compound, own = read
        if pseudo:
            return None
        pseudo = own
        compounds.append(compound)
        joint = (parts[number + 1] or " ") if number + 1 < len(parts) else " "
        if joint in "+~":
            return None
    return tuple(compounds), pseudo


def _compound(match: re.Match[str], joint: str) -> tuple[_Compound, str] | None:
    found = _Parts((match["tag"] or "").lower())
    for sign, name, attribute, colons, function, argument in _PART.findall(match["rest"]):
        if sign:
            found.name(sign, unescape(name))
        elif not (found.pseudo_class(function, argument) if colons else found.attribute(attribute)):
            return None
    tag = "" if found.tag == "*" else found.tag
    unlike = tuple(found.unlike)
    return _Compound(tag, found.identity, frozenset(found.names), tuple(found.attributes), unlike, joint), found.pseudo


@dataclass(slots=True)
class _Parts:
    """The parts of one compound selector, gathered."""

    tag: str
    identity: str = ""
    pseudo: str = ""
    names: set[str] = field(default_factory=set)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    unlike: list[_Compound] = field(default_factory=list)

    def name(self, sign: str, name: str) -> None:
        if sign == ".":
            self.names.add(name)
        else:
            self.identity = name

    def attribute(self, source: str) -> bool:
        asked = _ATTRIBUTE.match(source)
        if asked:
            self.attributes.append((asked[1].lower(), asked[2] or ("=" if "=" in source else ""), asked[3] or ""))
        return asked is not None

    def pseudo_class(self, function: str, argument: str) -> bool:
        """Whether it can be judged on a page at rest."""
        if function in {"before", "after"}:
            self.pseudo = function
            return True
        if function == "root":
            self.tag = "html"
            return True
        simple = _COMPOUND.match(argument.strip()) if function == "not" and argument else None
        inner = _compound(simple, " ") if simple else None
        self.unlike += [inner[0]] if inner else []
        return inner is not None


def _key(compound: _Compound) -> str:
    if compound.identity:
        return f"#{compound.identity}"
    if compound.names:
        return f".{min(compound.names)}"
    return f"[{compound.attributes[0][0]}" if compound.attributes else compound.tag or "*"


def names_of(tag: str, attributes: Mapping[str, str]) -> Iterator[str]:
    """What selectors may ask of an element: ``p``, ``.class``, ``#id``, ``[attribute``."""
    yield tag
    for name, value in attributes.items():
        yield f"[{name}"
        if name == "class":
            yield from (f".{one}" for one in value.split())
        elif name == "id":
            yield f"#{value}"


def _asked(compound: _Compound) -> set[str]:
    asked = {f".{name}" for name in compound.names} | {f"[{name}" for name, _, _ in compound.attributes}
    return asked | {compound.tag} - {""} | ({f"#{compound.identity}"} if compound.identity else set())


def _weight(chain: Sequence[_Compound]) -> tuple[int, int, int]:
    flat = [part for compound in chain for part in (compound, *compound.unlike)]
    return (
        sum(bool(part.identity) for part in flat),
        sum(len(part.names) + len(part.attributes) for part in flat),
        sum(bool(part.tag) for part in flat),
    )


def _holds(chain: Sequence[_Compound], node: Node, above: Sequence[Node]) -> bool:
    """Whether a selector whose outer elements stand somewhere around holds for an element."""
    if not _fits(chain[-1], node):
        return False
    if len(chain) == 1 or (len(chain) == 2 and chain[1].joint != ">"):
        return True
    at = len(above)
    lowest = max(0, at - _FARTHEST)
    for number in range(len(chain) - 2, -1, -1):
        is_child = chain[number + 1].joint == ">"
        at -= 1
        while at >= lowest and not _fits(chain[number], above[at]):
            if is_child:
                return False
            at -= 1
        if at < lowest:
            return False
    return True


def _fits(compound: _Compound, node: Node) -> bool:
    if compound.tag and compound.tag != node.tag:
        return False
    if compound.identity and node.attributes.get("id") != compound.identity:
        return False
    if compound.names and not compound.names.issubset(node.names):
        return False
    if compound.attributes and not all(_has(node.attributes, *asked) for asked in compound.attributes):
        return False
    return not compound.unlike or not any(_fits(other, node) for other in compound.unlike)


_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "": lambda value, wanted: True,  # noqa: ARG005
    "=": lambda value, wanted: value == wanted,
    "~": lambda value, wanted: wanted in value.split(),
    "^": lambda value, wanted: value.startswith(wanted),
    "$": lambda value, wanted: value.endswith(wanted),
    "*": lambda value, wanted: wanted in value,
    "|": lambda value, wanted: value.split("-")[0] == wanted,
}


def _has(attributes: Mapping[str, str], name: str, how: str, wanted: str) -> bool:
    value = attributes.get(name)
    return value is not None and _TESTS[how](value, wanted)
