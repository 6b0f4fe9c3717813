"""Blocks in, bracketed slots that nobody filled out: ``[Company Name]``, ``<insert date>``, ``[a / b]``, ``[30]``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from permcheck.model import Block
from permcheck.placeholders.content import POLARITY, Content, content_of, plain
from permcheck.placeholders.delimiters import Bracket, pairs
from permcheck.placeholders.grammar import Found, Grammar
from permcheck.placeholders.lookalikes import is_date_part, is_other

NEAR = 20
"""Blocks around a certain slot in which lesser evidence counts."""
_SQUARE = "[［【〔"
_VOUCHED = ("[", "［", "<")
_WITNESSES = 2
"""Sure slots of one kind of brackets after which the others of a document are slots too."""
_OPTION = re.compile(
    r"[\W_]{0,6}(?P<word>Option|Alternative|Variante?|Opción|Opzione|Opção|选项|方案) ?(?P<sign>[A-D])\b ?[:.)—–-]",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:\b(?:el|la|los|las|un|una|le|les|l['’]|der|die|das|the|denomin\w+|llamad\w+|appelée?)|[,(:;«»])\s?$",
    re.IGNORECASE,
)
_DOTS = re.compile(r"\s*(?:\.{3}|…+|\.\.)\s*")
_MARK = re.compile(r"[\w\]\\!]$")
_LINE = re.compile(r"(?:^|\|)\s*$")
_LINE_END = re.compile(r"\s*(?:$|\||[.;,。；]\s*$)")
_LABEL = re.compile(r"[^\W\d_]\**\s?[:：]\**\s*$")
_OPENS = re.compile(
    r"(?:or|and/or|and|if|is|are|do|does|may|will|other|at|by|for|in|on|from|with|including)\b .{2,160}", re.IGNORECASE
)
_LONGEST_VALUE = 12
"""Words that a value behind a label may have."""
_WEAK_AT_PLACE = ("choice", "example", "list", "name", "number")


class Read(NamedTuple):
    """A pair of brackets with what stands in it."""

    bracket: Bracket
    content: Content
    words: str


def slots(blocks: Sequence[Block], grammar: Grammar) -> Iterator[Found]:
    """Bracketed slots. Lesser content counts where a value is missed, or near a sure slot."""
    read = [item for number, block in enumerate(blocks) for item in _read(number, block, grammar)]
    quotes = any(item.bracket.opener == "«" and item.content.kind == "text" for item in read)
    sure = [item for item in read if _is_sure(item, grammar, quotes=quotes)]
    near = {at for item in sure for at in range(item.bracket.block - NEAR, item.bracket.block + NEAR + 1)}
    told = {(item.bracket.block, item.bracket.start) for item in sure}
    vouched = {opener for opener in _VOUCHED if _witnesses(opener, read, sure) >= _WITNESSES}
    for item in read:
        place, opener = (item.bracket.block, item.bracket.start), item.bracket.opener
        likely = place in told or _is_likely(item, blocks, grammar, near=item.bracket.block in near)
        if likely or (opener in vouched and _is_vouched(item, grammar)):
            yield _found(item)


def _witnesses(opener: str, read: Sequence[Read], sure: Sequence[Read]) -> int:
    """Sure slots of one kind of brackets, and different phrases that its document shouts between them."""
    shouted = {item.words for item in read if item.bracket.opener == opener and _is_shouted(item)}
    return sum(item.bracket.opener == opener for item in sure) + len(shouted)


def _is_shouted(item: Read) -> bool:
    """Several words in capitals inside a sentence: no heading, and no citation."""
    bracket, content, words = item
    shouted = content.kind == "name" and not content.sure and " " in words and "_" not in bracket.inner
    return shouted and not bracket.alone and not is_other(bracket, words, sure=False)


def _read(number: int, block: Block, grammar: Grammar) -> Iterator[Read]:
    for bracket in pairs(number, block.text):
        if not (bracket.opener in "{｛" or (bracket.opener == "<" and not bracket.inner[:1].isalpha())):
            yield Read(bracket, content_of(bracket.inner, grammar), plain(bracket.inner))


def _found(item: Read) -> Found:
    bracket, kind = item.bracket, item.content.kind
    route = "open-choice" if kind == "choice" else "bracket-slot"
    if kind == "instruction" and item.words.startswith("请"):
        route = "instruction"  # a whole sentence to the author, that brackets only set apart
    if bracket.doubled and "_" in bracket.inner:
        route = "template-variable"
    return Found(bracket.block, bracket.start, bracket.end, route, f"{kind} in {bracket.name}")


def _is_sure(item: Read, grammar: Grammar, *, quotes: bool) -> bool:
    bracket, content, words = item
    shouted = bracket.opener == "<" and words.isupper() and sum(map(str.isalpha, words)) > 3
    if not (content.sure or shouted) or is_other(bracket, words, sure=True) or _of_reader(bracket, grammar):
        return False
    if content.kind != "blank" and _is_index(bracket, words):
        return False
    if content.kind == "blank":
        return bracket.opener in _SQUARE and bool(bracket.inner) and _is_gap(bracket)
    if bracket.opener == "『":
        return content.kind == "filler"
    if bracket.opener in _SQUARE:
        return bracket.opener in "[［" or _fits_heavy(item, grammar)
    return _fits_other(item, grammar, quotes=quotes)


def _fits_heavy(item: Read, grammar: Grammar) -> bool:
    """Heavy brackets also head paragraphs and name buttons: their content must be an author's, or a bare field."""
    bracket, content, words = item
    if content.kind == "name":
        bare = grammar.one("bare_field").fullmatch(words) and _is_required(bracket, grammar)
        return bool(bare or grammar.one("firm").fullmatch(words))
    if content.kind == "instruction":
        return not bracket.alone and bool(grammar.one("order_heavy", "{}.{0,160}").match(words))
    return content.kind in ("filler", "note", "choice") and not is_date_part(bracket, words)


def _fits_other(item: Read, grammar: Grammar, *, quotes: bool) -> bool:
    """Angle brackets are also tags, guillemets quotation marks, and round brackets hold any aside."""
    bracket, content, words = item
    if bracket.opener in "(（":
        return bool(grammar.one("round").fullmatch(words))
    if bracket.opener == "«":
        tight = bracket.inner == bracket.inner.strip() and bracket.before[-1:] not in '("“'
        return (
            tight
            and not quotes
            and not _NAMED.search(bracket.before)
            and content.kind in ("name", "instruction")
            and bracket.inner[:1].isupper()
        )
    if words.isupper() and not content.sure:
        return True
    if content.kind not in ("name", "instruction", "note", "filler"):
        return False
    if bracket.doubled or " " in bracket.inner or "_" in bracket.inner or "-" in bracket.inner:
        return True
    return not words.islower() or _is_required(bracket, grammar)


def _is_gap(bracket: Bracket) -> bool:
    """``[ ]`` inside a sentence; at the start of a line it is a box to tick, and ``[...]`` leaves words out."""
    ticked = not bracket.text[: bracket.start].strip(" ·•-*0123456789.)")
    return not ticked and not _DOTS.fullmatch(bracket.inner) and not _MARK.search(bracket.before)


def _is_index(bracket: Bracket, words: str) -> bool:
    """``list[name]``: an entry of an array, whose brackets touch the word before."""
    last = bracket.before[-1:]
    return last.isascii() and (last.isalnum() or last in ("_", "-")) and " " not in words


def _of_reader(bracket: Bracket, grammar: Grammar) -> bool:
    """Sentences of a form that the reader fills in."""
    return bool(grammar.one("reader").search(bracket.text, max(0, bracket.start - 120), bracket.end + 120))


def _is_required(bracket: Bracket, grammar: Grammar) -> bool:
    """Whether the sentence breaks without the bracket: it follows a preposition, an article, "is", "called"."""
    return bool(
        grammar.one("governor", r"(?:^|[\s(（\"“'’/]){}\s?$").search(bracket.before)
        or grammar.one("governor_cjk", "{}$").search(bracket.before)
    )


def _is_value(bracket: Bracket) -> bool:
    """Whether the bracket is all that stands behind a label or in a cell of a table."""
    if not _LINE_END.match(bracket.text, bracket.end):
        return False
    if _LABEL.search(bracket.before):
        return True
    return bool("|" in bracket.text and _LINE.search(bracket.text[: bracket.start]) and not bracket.alone)


def _is_likely(item: Read, blocks: Sequence[Block], grammar: Grammar, *, near: bool) -> bool:
    bracket, content, words = item
    if bracket.opener == "<" and words[:1].isupper() and words.isalpha():
        return _is_required(bracket, grammar) and not is_other(bracket, words, sure=False)
    if bracket.opener not in "[［" or content.sure or not words or len(words.split()) > 30:
        return False
    if is_date_part(bracket, words) or _of_reader(bracket, grammar):
        return False
    if _is_figure(item, grammar):
        return True
    if is_other(bracket, words, sure=False) or bracket.alone or content.kind == "number":
        return False
    return _is_placed(item, blocks, grammar, near=near)


def _is_figure(item: Read, grammar: Grammar) -> bool:
    """A number, or a choice of numbers, that a unit follows or an age precedes: ``[30] days``, ``under [13/16]``."""
    bracket, content, words = item
    if content.kind not in ("number", "choice"):
        return False
    if grammar.one("unit", r"\s?{}\b").match(bracket.after) and _is_free(bracket):
        return True
    if content.kind == "number":
        return bool(grammar.one("age_before", r"\b{} $").search(bracket.before))
    return words[:1].isdigit() and _is_required(bracket, grammar)


def _is_placed(item: Read, blocks: Sequence[Block], grammar: Grammar, *, near: bool) -> bool:
    """Whether a value is missed where the bracket stands: behind a label, in a cell, where its sentence needs one."""
    bracket, content, words = item
    if _is_value(bracket) and (blocks[bracket.block].kind == "row" or len(words.split()) <= _LONGEST_VALUE):
        return True
    required = _is_required(bracket, grammar)
    if content.kind in _WEAK_AT_PLACE and required:
        return True
    return near and (content.kind != "text" or required or bool(_OPENS.fullmatch(words)))


def _is_vouched(item: Read, grammar: Grammar) -> bool:
    """Whether a bracket counts because its document leaves others of its kind open: anything but another shape."""
    bracket, content, words = item
    if not words or is_date_part(bracket, words) or _of_reader(bracket, grammar) or _is_index(bracket, words):
        return False
    if bracket.opener == "<" and (content.kind == "text" and not bracket.inner[:1].isupper()):
        return False
    return content.kind != "number" and not is_other(bracket, words, sure=False, vouched=True)


def _is_free(bracket: Bracket) -> bool:
    """Whether a space parts the bracket from the word before: a footnote touches it."""
    return bracket.before[-1:] in ("", " ", "\u00a0", "(", "\u3000")


def choices(blocks: Sequence[Block], grammar: Grammar) -> Iterator[Found]:
    """Bracketed wordings side by side of which one should have been kept: ``[we keep it] / [we delete it]``."""
    for number, block in enumerate(blocks):
        found = [bracket for bracket in pairs(number, block.text) if bracket.opener in "[【［"]
        for one, other in pairwise(found):
            gap = block.text[one.end : max(one.end, other.start)]
            if one.end <= other.start and grammar.one("between").fullmatch(gap) and all(map(_is_wordy, (one, other))):
                yield Found(number, one.start, other.end, "open-choice", "bracketed alternatives")
        for match in POLARITY.finditer(block.text) if "/" in block.text else ():
            yield Found(number, match.start(), match.end(), "open-choice", "a word and its denial side by side")
    yield from _options(blocks)


def _options(blocks: Sequence[Block]) -> Iterator[Found]:
    """Options side by side as paragraphs, ``Option A - ...`` and ``Option B - ...``, of which one had to be kept."""
    told = [(number, match) for number, block in enumerate(blocks) if (match := _OPTION.match(block.text))]
    for (number, one), (other, following) in pairwise(told):
        follows = ord(following["sign"].upper()) - ord(one["sign"].upper()) == 1 and other - number <= NEAR
        if follows and one["word"].lower() == following["word"].lower():
            yield Found(number, one.start("word"), one.end(), "open-choice", "options side by side")
            yield Found(other, following.start("word"), following.end(), "open-choice", "options side by side")


def _is_wordy(bracket: Bracket) -> bool:
    words = plain(bracket.inner)
    return (" " in words or len(bracket.inner) > 11) and not is_other(bracket, words, sure=True)
