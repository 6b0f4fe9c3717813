"""The start tags of a page in, its open elements out: how each looks, and whether a reader could open a closed one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from permcheck.documents.html import css
from permcheck.documents.html.css import Declarations, Sheet
from permcheck.documents.html.look import Look, closed_by, look_of
from permcheck.documents.html.markup import Token, unescape
from permcheck.documents.prose import NO_SCRIPTS
from permcheck.model import Region

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4",
    "h5", "h6", "head", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup",
    "option", "p", "pre", "search", "section", "select", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
    "title", "tr", "ul", "xmp",
})  # fmt: skip
_BLOCK_DISPLAYS = frozenset({"block", "flex", "grid", "table", "list-item", "flow-root", "table-row", "table-cell"})
_FLEXIBLE = frozenset({"flex", "grid", "inline-flex", "inline-grid"})
_MAY_BE_INLINE = frozenset({"div", "p", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "aside", "center"})
_CONTROLS = frozenset({"button", "summary"})
_ROLES = frozenset({"button", "tab", "switch"})
_CONTROL_MARKS = ("aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle", "onclick", "popovertarget")
_POINTERS = ("aria-controls", "data-target", "data-bs-target", "popovertarget", "commandfor", "for", "data-tab", "href")
_QUOTED = re.compile(r"[\"'(]#?([\w-]+)[\"')]")
_CONTROL_NAME = re.compile(r"accordion|collaps|toggle|expand|faq|question|trigger|\btab|show|more", re.IGNORECASE)
_PANEL_NAME = re.compile(r"accordion|collaps|panel|tab-?(?:pane|content)|toggle|expand|faq|answer", re.IGNORECASE)
_ANIMATED = re.compile(r"\b(?:wow|aos|animate[-_\w]*|fade-?in\w*|reveal\w*|sal|elementor-invisible)\b", re.IGNORECASE)
_FALLBACKS = frozenset({"canvas", "audio", "video", "noembed", "noframes"})
_BUILT_IN = {"template": "the content of a template", "noscript": NO_SCRIPTS}
_STRUCK = frozenset({"del", "s", "strike"})
_MUTE = frozenset({"svg", "datalist", "rp", "annotation", "annotation-xml", "defs", "symbol", "metadata"})
_SPEAKS_IN_PICTURES = frozenset({"text", "foreignobject"})
_SILENT_IN_PICTURES = frozenset({"title", "desc"})
_WHOLE = frozenset({"html", "body"})
_REACH = 3
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|attr\(\s*([\w-]+)\s*\)", re.DOTALL)
_PLAIN_LOOK = Look()


@dataclass(slots=True)
class Element:
    """An open element."""

    tag: str
    region: Region = "main"
    offset: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)
    names: Collection[str] = ()
    look: Look = _PLAIN_LOOK
    under: AbstractSet[int] = frozenset()
    hidden: str = ""
    """How its own text is kept from the reader, empty where it is seen."""
    display: str = ""
    is_block: bool = False
    is_mute: bool = False
    """Its text is no part of the page, as the description of a drawing is none."""
    has_control: bool = False
    follows_control: bool = False
    """The child that ended last is a control, or holds one."""
    number: int = 0
    style: str = ""
    after: str = ""
    """What the style sheet writes behind its text."""


class Page:
    """What holds for the whole page: its style sheet, and which of its parts have a control."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        """Look over all tokens."""
        self.tokens = tokens
        self.sheet = Sheet()
        self.root = Look()
        self._targets: set[str] | None = None
        self._looks: dict[tuple[int, frozenset[tuple[str, str]]], tuple[Look, Look]] = {}
        is_linked = False
        before: Token | None = None
        for token in tokens:
            if token.kind == "style":
                media = before.attributes.get("media", "") if before else ""
                if "print" not in media:
                    self.sheet.add(token.value)
                    is_linked |= "@import" in token.value
            elif token.value == "link" and "stylesheet" in token.attributes.get("rel", "").lower():
                is_linked = True
            before = token
        if self.sheet.count:
            starts = (token for token in tokens if token.kind == "start")
            self.sheet.keep({name for token in starts for name in css.names_of(token.value, token.attributes)})
        if is_linked:
            # what colours stand behind a text is not known without all sheets
            self.root = Look(ground=None)

    def enter(self, element: Element, above: Sequence[Element]) -> None:
        """Tell how an element looks, whose parent stands last in ``above``."""
        parent = above[-1]
        tag, attributes = element.tag, element.attributes
        element.is_mute = _is_mute(tag, parent)
        declared = self._declared(element, above)
        element.display = declared.get("display", "")
        look = self._look(parent.look, declared) if declared else parent.look
        closed = closed_by(declared) if declared else ""
        if attributes or tag in _BUILT_IN or tag in _STRUCK or tag in _FALLBACKS or tag in {"details", "dialog"}:
            closed, look = self._by_tag(element, closed, look)
        if closed and not look.gone and tag not in _WHOLE:
            if self.opens(element, parent):
                look = replace(look, on_demand=True, is_visible=True)
            elif closed != "made invisible":
                look = replace(look, gone=closed)
        if tag == "summary" and parent.tag == "details":
            look = replace(look, on_demand=above[-2].look.on_demand if len(above) > 1 else False)
        element.look, element.hidden = look, look.hidden
        if is_control(element):
            for one in (element, *above[-_REACH:]):
                one.has_control = True

    def _look(self, parent: Look, declared: Declarations) -> Look:
        """As `look_of`, once for all elements that are alike; the parent is kept so that its number stays its own."""
        key = (id(parent), frozenset(declared.items()))
        if key not in self._looks:
            self._looks[key] = (look_of(parent, declared), parent)
        return self._looks[key][0]

    def _by_tag(self, element: Element, closed: str, look: Look) -> tuple[str, Look]:
        """What an element hides by being what it is, and how its attributes let it look."""
        tag, attributes = element.tag, element.attributes
        if tag in _STRUCK or tag in _BUILT_IN:
            look = replace(look, gone=look.gone or _BUILT_IN.get(tag, "struck out"))
        elif tag in _FALLBACKS or (tag == "object" and attributes.get("data")):
            look = replace(look, gone=look.gone or f"stands in for a {tag} that cannot be shown")
        if (tag == "details" and "open" not in attributes) or attributes.get("hidden") == "until-found":
            look = replace(look, on_demand=True)
        return closed or _closed_by_tag(element), _dyed(look, tag, attributes)

    def _declared(self, element: Element, above: Sequence[Element]) -> Declarations:
        found: Declarations = {}
        if self.sheet.count:
            element.under = self.sheet.under(element, above[-1].under) if self.sheet.around else above[-1].under
            found = self.sheet.find(element, above)
        style = element.attributes.get("style")
        return {**found, **css.inline(unescape(style))} if style else found

    def written(self, element: Element, above: Sequence[Element], where: str) -> str:
        """The words that the style sheet writes before or behind the text of an element."""
        content = self.sheet.find(element, above, where).get("content", "")
        return _content(content, element.attributes) if content else ""

    def opens(self, element: Element, parent: Element) -> bool:
        """Whether a control on the page could open this element."""
        attributes = element.attributes
        if attributes.get("id") in self.targets() or parent.follows_control:
            return True
        own = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        if attributes.get("role") == "tabpanel" or _PANEL_NAME.search(own):
            return "" in self.targets()
        return "data-aos" in attributes or _ANIMATED.search(own) is not None

    def targets(self) -> set[str]:
        """The ids that controls point to; the empty one stands for a control of tabs or panels of any kind."""
        if self._targets is None:
            self._targets = set(_targets(self.tokens))
        return self._targets


def _closed_by_tag(element: Element) -> str:
    attributes = element.attributes
    if element.tag == "dialog" and "open" not in attributes:
        return "a closed dialog"
    if "hidden" in attributes and attributes["hidden"] != "until-found" and element.display in {"", "none"}:
        return "not displayed"
    return "a closed popover" if "popover" in attributes else ""


def _dyed(look: Look, tag: str, attributes: Mapping[str, str]) -> Look:
    """Colours and direction as attributes give them."""
    if tag == "font" and "color" in attributes:
        look = look_of(look, {"color": attributes["color"].lower()})
    if "bgcolor" in attributes:
        look = look_of(look, {"background-color": attributes["bgcolor"].lower()})
    if tag == "bdo" and attributes.get("dir", "").lower() == "rtl":
        look = replace(look, is_flipped=True)
    return look


def _targets(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        attributes = token.attributes
        if token.kind != "start" or not attributes:
            continue
        names = attributes.get("class", "")
        steers = any(mark in attributes for mark in _CONTROL_MARKS) or attributes.get("role") in _ROLES
        if steers or (token.value in {"a", "button", "label", "li", "input"} and _CONTROL_NAME.search(names)):
            yield ""
            yield from _QUOTED.findall(attributes.get("onclick", ""))
        elif "href" in attributes:
            continue
        for name in _POINTERS:
            value = attributes.get(name, "")
            if value and (name != "href" or value[0] == "#"):
                yield from (target.lstrip("#") for target in value.split())


def is_control(element: Element) -> bool:
    """Whether a click on an element does something to the page."""
    attributes = element.attributes
    if element.tag in _CONTROLS or attributes.get("role") in _ROLES:
        return True
    if not attributes:
        return False
    if any(mark in attributes for mark in _CONTROL_MARKS):
        return True
    if element.tag == "a":
        return attributes.get("href", "#").startswith("javascript:") or attributes.get("href", "#") == "#"
    return bool(attributes.get("class") and re.search(r"accordion|toggle|collaps", attributes["class"], re.IGNORECASE))


def _is_mute(tag: str, parent: Element) -> bool:
    if tag in _MUTE or (parent.is_mute and tag in _SILENT_IN_PICTURES):
        return True
    return parent.is_mute and tag not in _SPEAKS_IN_PICTURES


def _content(value: str, attributes: Mapping[str, str]) -> str:
    """The words of a ``content``; signs without a letter are ornaments."""
    found = _STRING.findall(value)
    text = "".join(attributes.get(name.lower(), "") if name else css.unescape(one or two) for one, two, name in found)
    shown = "".join(sign for sign in text if not "\ue000" <= sign <= "\uf8ff")
    return shown if any(map(str.isalpha, shown)) else ""


def is_block(element: Element, parent: Element) -> bool:
    """Whether an element begins a line of its own: by its tag, its own style, or as a part of a flexible box."""
    display = element.display
    if display in _BLOCK_DISPLAYS or parent.display in _FLEXIBLE:
        return True
    return element.tag in BLOCKS and not (display.startswith("inline") and element.tag in _MAY_BE_INLINE)
