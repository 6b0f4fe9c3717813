"""Blocks in, a verdict on whether there is a policy in them out: text, an excerpt, or nothing to judge."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from permcheck.errors import DocumentError
from permcheck.model import Block, Gap, Location

NO_SCRIPTS = "shown without scripts only"
"""How what stands in a `<noscript>` is hidden."""

_SCRIPT_NOTICE = re.compile(
    r"(?:enable|requires?|needs?|turn on|activate|activer|aktivieren|habilitar?|启用|开启|允许|有効)"
    r"[^.。]{0,40}JavaScript"
    r"|JavaScript[^.。]{0,40}(?:enabled|disabled|required|erforderlich|启用|开启|禁用|有効|無効)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_LITTLE = 40
"""Words; less is an excerpt, which says nothing about what the rest of a policy discloses."""
_SHELL, _LONGEST_NOTICE = 120, 400
_POLICY = 60
_MENU = 25
_NOTHING_ON_A_PAGE, _NOTHING_IN_A_FILE = 12, 1
_SIGNS_PER_WORD = 2
_SENTENCE = 6


@cache
def _tight() -> re.Pattern[str]:
    return re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]")


def count_words(text: str) -> int:
    """Words of a text; two signs of Chinese, Japanese, Korean or Thai count as one."""
    if text.isascii() or max(text) < "\u0e00":
        return len(_WORD.findall(text))
    tight = len(_tight().findall(text))
    return tight // _SIGNS_PER_WORD + len(_WORD.findall(_tight().sub(" ", text)))


def judge(path: str, blocks: Iterable[Block], *, is_page: bool) -> tuple[Gap, ...]:
    """Gaps for an excerpt. Raises `DocumentError` when there is no policy text at all; ``is_page`` is HTML."""
    counts = _Counts()
    for block in blocks:
        counts.add(block, is_page=is_page)
        if counts.words >= _SHELL:
            return ()
    if counts.notices:
        raise DocumentError(
            f"{path}: no policy text: the page builds its content with JavaScript; "
            "use --render, or save the rendered page"
        )
    if counts.words < (_NOTHING_ON_A_PAGE if is_page else _NOTHING_IN_A_FILE):
        if counts.hidden >= _LITTLE:
            raise DocumentError(f"{path}: no policy text: all of its text is hidden; if scripts show it, use --render")
        reason = "the page holds almost no text" if is_page else "the file holds no words"
        raise DocumentError(f"{path}: no policy text: {reason}")
    if counts.words < _LITTLE:
        reason = f"only {counts.words} words of text: too little to judge disclosures"
        return (Gap(Location(path), reason, silences=True),)
    return ()


@dataclass(slots=True)
class _Counts:
    """Words that are seen, words that are hidden, and notices that scripts are needed."""

    words: int = 0
    hidden: int = 0
    notices: int = 0

    def add(self, block: Block, *, is_page: bool) -> None:
        if block.region == "comment":
            return
        is_hidden = block.visibility == "hidden"
        if _is_notice(block.text) and (not is_hidden or block.hidden_by == NO_SCRIPTS):
            self.notices += 1
        elif is_hidden:
            self.hidden += count_words(block.text)
        else:
            self.words += _prose(block, is_page=is_page)


def _is_notice(text: str) -> bool:
    return len(text) < _LONGEST_NOTICE and "javascript" in text.lower() and _SCRIPT_NOTICE.search(text) is not None


def _prose(block: Block, *, is_page: bool) -> int:
    """Words that count as text of a policy: menus, titles and bare links of a page do not."""
    if not is_page:
        return count_words(block.text)
    return 0 if block.region in {"nav", "footer"} else _sentences(block)


def _sentences(block: Block) -> int:
    """Words of a block that may be a sentence, wherever it stands on its page."""
    words = 0 if block.kind == "heading" else count_words(block.text)
    if words < 4 or words > _MENU:
        return words if words > _MENU else 0
    linked = sum(end - start for start, end, mark in block.marks if mark.startswith("link"))
    return 0 if linked * 10 > len(block.text) * 9 else words


def _tells(block: Block) -> bool:
    """Whether a block at the head or foot of a page is a sentence for its readers."""
    if block.region not in {"header", "footer"} or block.kind != "paragraph" or block.text[-1] not in ".!?。！？":
        return False
    return count_words(block.text) >= _SENTENCE and _sentences(block) > 0


def promote(blocks: list[Block]) -> list[Block]:
    """A page whose text stands in a dialog has its policy there: that is ``main`` then, as are sentences at its foot.

    Menus, addresses and lines of rights at the head and foot of a page stay what they are.
    """
    blocks = [replace(block, region="main") if _tells(block) else block for block in blocks]
    sizes: dict[str, int] = {}
    for block in blocks:
        sizes[block.region] = sizes.get(block.region, 0) + _sentences(block)
    visible = sizes.get("main", 0)
    rich = [
        region
        for region, size in sizes.items()
        if size > max(_POLICY, visible * 5) and region not in {"comment", "hidden"}
    ]
    return [replace(block, region="main") if block.region in rich else block for block in blocks] if rich else blocks
