"""Blocks in, a verdict on whether there is a policy in them out: text, an excerpt, or nothing to judge."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from permcheck.errors import DocumentError
from permcheck.model import Block, Gap, Location

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
    words = notices = 0
    for block in blocks:
        if block.region == "comment":
            continue
        if _is_notice(block.text):
            notices += 1
        else:
            words += _prose(block, is_page=is_page)
        if words >= _SHELL:
            return ()
    if notices:
        raise DocumentError(
            f"{path}: no policy text: the page builds its content with JavaScript; save the rendered page"
        )
    if words < (_NOTHING_ON_A_PAGE if is_page else _NOTHING_IN_A_FILE):
        reason = "the page holds almost no text" if is_page else "the file holds no words"
        raise DocumentError(f"{path}: no policy text: {reason}")
    if words < _LITTLE:
        return (Gap(Location(path), f"only {words} words of text: too little to judge disclosures", silences=True),)
    return ()


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


def promote(blocks: list[Block]) -> list[Block]:
    """A page whose text stands in a dialog or a hidden part has its policy there: that part becomes ``main``."""
    sizes: dict[str, int] = {}
    for block in blocks:
        sizes[block.region] = sizes.get(block.region, 0) + _sentences(block)
    visible = sizes.get("main", 0)
    rich = [region for region, size in sizes.items() if size > max(_POLICY, visible * 5) and region != "comment"]
    return [replace(block, region="main") if block.region in rich else block for block in blocks] if rich else blocks
