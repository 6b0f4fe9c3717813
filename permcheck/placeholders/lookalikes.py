"""A delimited text in, whether its shape is that of something else out: link, citation, menu path, key, array index."""

from __future__ import annotations

import re
from typing import Protocol

_LINK = re.compile(r"\]?\s?\((?:[a-z]{2,12}:|#|/|\.|www\.|<)|\]?:\s*<?https?:")
_REFERENCE = re.compile(r"\]?\[[^\]]*\]")
_BOX = re.compile(r"[│┃┌┐└┘├┤╔╗╚╝║─━═]")
_TAGS = frozenset(
    [
        "a",
        "abbr",
        "address",
        "area",
        "article",
        "aside",
        "audio",
        "b",
        "base",
        "br",
        "button",
        "canvas",
        "cite",
        "code",
        "col",
        "data",
        "dd",
        "del",
        "details",
        "dfn",
        "dialog",
        "div",
        "dl",
        "dt",
        "em",
        "embed",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "legend",
        "li",
        "link",
        "main",
        "map",
        "mark",
        "meta",
        "nav",
        "object",
        "ol",
        "option",
        "output",
        "p",
        "picture",
        "pre",
        "progress",
        "q",
        "s",
        "samp",
        "script",
        "section",
        "select",
        "slot",
        "small",
        "source",
        "span",
        "strong",
        "style",
        "sub",
        "summary",
        "sup",
        "svg",
        "table",
        "tbody",
        "td",
        "template",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "time",
        "title",
        "tr",
        "u",
        "ul",
        "var",
        "video",
    ]
)
_ADDRESS = re.compile(
    r"(?:https?:|www\.|mailto:|ftp:).*|[^ ]{1,80}@[^ ]{1,80}|(?:[\w-]{1,40}\.){1,4}[a-z]{2,6}(?:/\S*)?", re.IGNORECASE
)
_CITATION = re.compile(
    r"[\d.,;: –-]{1,20}|[a-z]|(?!x{2})[ivxlc]{1,6}|[*†‡§#]{1,3}\d*|[A-Z]{1,2}[.-]?\d{1,4}|sic!?"
    r"|(?:note|fn|n|ref|no|nr|p|pp|ver|version|vol)\.? ?\d{1,4}"
    r"|(?:§{1,2}|art(?:\.|icles?|ikel|ículo)?|sections?|sec\.|abs(?:\.|atz)|chapter|annex|appendix|recital"
    r"|clauses?|para(?:\.|graph)?s?|第) ?\d.{0,60}"
    r"|(?:see|cf\.?|siehe|vgl\.?|voir|ver|véase|vide|参见|详见|见) .{1,100}"
    r"|.{0,40}\b(?:1[89]|20)\d\d\b.{0,40}",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"at|dot|@|e-?mail[\s\u00a0]protected|emailprotected|and|or|and/or|the|a|an|n/a|y/n|a/k/a|sic|citation needed"
    r"|edit|hide|show|link|pdf|html|docx?|top"
    r"|back(?: to top)?|new|beta|updated|important|ctrl|alt|shift|enter|esc|tab|ok|cancel|close|image|img|video"
    r"|audio|photo|logo|icon"
    r"|(?:privacy|cookie) (?:policy|notice)|terms(?: of (?:use|service))?|contact(?: us)?|inaudible|redacted"
    r"|deleted|removed|bearbeiten|modifier|editar|编辑",
    re.IGNORECASE,
)
_PATH_BEFORE = re.compile(
    r"(?:-|—|–|－|>|›|》|→|⟶|】|】、|\]|\+)\s?$"
    r"|(?:点击|点按|单击|选择|进入|打开|前往|通过|按下|勾选|依次|路径[:：]?|中的|里的|内的|タップ|クリック)(?:[^。，；,.;]{1,8}的)?\s?[“\"「]?$"
    r"|\b(?:click|tap|press|hit|select|open|choose|push|klicken|tippen|wählen|drücken|cliquez|appuyez|pulse|pulsa"
    r"|haga clic|toque)(?: on| sur| en| auf| Sie)?(?: the| den| die| das| le| la| el)? ?$"
    r"|\b(?:retrieved|accessed|abgerufen am|consulté le|consultado el)(?: on)? $",
    re.IGNORECASE,
)
_PATH_AFTER = re.compile(
    r"\s?(?:-|—|–|－|>|›|→|⟶|【)\s?[\[【“\"A-Z\u4e00-\u9fff]|\s?(?:按钮|页面|功能|选项|界面|菜单|图标|开关|入口|中(?:进行|选择|点击|找到)|をタップ"
    r"|をクリック|ボタン)"
    r"|\s(?:button|menu|tab|key|icon|page|screen|checkbox|option|Taste|Schaltfläche|bouton|botón)\b",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"""["”’»]?,? ?(?:means?|refers? to|shall mean|is defined|are defined|shall refer|includes? (?:any|all)|bedeutet"""
    r"""|bezeichnet|significa|se refiere|désigne|s'entend|是指|系指|意指|指的?是|とは)\b""",
    re.IGNORECASE,
)
_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|android\.permission\.\w+|NS\w+Description")
_ATTACHED = re.compile(r"[\w\])}\\!&=*/#-]$|[\"']$")
_HEAVY = re.compile(r"\d{1,4}")


class Delimited(Protocol):
    """What this module needs to know of a text between delimiters."""

    @property
    def opener(self) -> str:
        """The opening bracket."""

    @property
    def inner(self) -> str:
        """What stands between the brackets."""

    @property
    def before(self) -> str:
        """What stands in front of them."""

    @property
    def after(self) -> str:
        """What stands behind them."""


def is_other(found: Delimited, words: str, *, sure: bool, vouched: bool = False) -> bool:
    """Whether the shape of a delimited text, or of what stands beside it, is that of no slot."""
    if _is_markup(found, words, sure=sure) or _ADDRESS.fullmatch(words):
        return True
    if _WORD.fullmatch(words) and not (vouched and len(words) > 3):
        return True
    if not sure and (_CITATION.fullmatch(words) or (_heads(found) and not vouched)):
        return True
    return _is_beside(found, sure=sure) or (not sure and _is_attached(found))


def _is_markup(found: Delimited, words: str, *, sure: bool) -> bool:
    """Links and tags, arrays of code, boxes drawn with characters, an option of a form."""
    if found.opener in ("[", "［") and (_LINK.match(found.after) or (not sure and _REFERENCE.match(found.after))):
        return True
    if found.opener == "<" and ("=" in found.inner or found.inner.endswith("/") or words.lower() in _TAGS):
        return True
    optional = words.lower() in ("optional", "required") and bool(found.before.strip())
    return optional or found.inner[:1] in ("'", '"', "`") or bool(_BOX.search(found.before + found.after))


def _is_beside(found: Delimited, *, sure: bool) -> bool:
    """A step of a menu path, something to press, a term that is defined."""
    if _PATH_AFTER.match(found.after) or _DEFINITION.match(found.after):
        return True
    side_by_side = sure and found.before.rstrip()[-1:] == "]"
    return not side_by_side and bool(_PATH_BEFORE.search(found.before))


def _is_attached(found: Delimited) -> bool:
    """Part of a word, a formula or an expression."""
    following = found.after[:1]
    return bool(_ATTACHED.search(found.before)) or (following.isalnum() and following.isascii())


def _heads(found: Delimited) -> bool:
    """A constant that heads its own explanation: ``[READ_CONTACTS] To show who calls``."""
    return bool(_CONSTANT.fullmatch(found.inner.strip())) and not found.before.strip(" -*•·")


def is_date_part(found: Delimited, words: str) -> bool:
    """Chinese drafts set agreed figures into heavy brackets and leave them there: 2021年【12】月."""
    return found.opener in "【〔" and bool(_HEAVY.fullmatch(words))
