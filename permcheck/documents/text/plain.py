"""Plain text in, drafts of blocks out; the last step of every other reader too: headings and list items told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from permcheck.documents.outline import Draft
from permcheck.documents.text.columns import TEXT_GRID, Word, find_rows, has_gap, text_words
from permcheck.documents.text.heading import heading_style, is_short_phrase
from permcheck.documents.text.label import find_labels
from permcheck.documents.text.lines import BREAKS, Group, Line, ends, group_lines, is_row, split_lines, text_line
from permcheck.documents.text.weave import Weaver, Woven

_CONTENTS = re.compile(r"(?:\. ?){5,}\d{1,3}\Z")
_MAX_HEADING_LINES = 3
_MAX_BOLD = 120


def read_text(text: str) -> list[Draft]:
    """Plain text as drafts. Cost is linear in its length."""
    return drafts_of(group_lines(_lines(text)))


def _lines(text: str) -> list[Line]:
    """The lines; those of tables that are set with spaces or tabs become rows."""
    if not has_gap(text):
        return split_lines(text)
    raw = BREAKS.split(text)

    @cache
    def words(index: int) -> list[Word]:
        return text_words(raw[index], index + 1) if index < len(raw) else []

    lines: list[Line] = []
    index = 0
    while index < len(raw):
        rows, end = find_rows(words, index, TEXT_GRID) if has_gap(raw[index]) else ([], index)
        lines += rows or [text_line(raw[index], index + 1)]
        index = max(end, index + 1)
    return lines


def drafts_of(groups: Iterable[Group], *, titles: bool = True) -> list[Draft]:
    """Tell headings, items, rows and paragraphs apart; ``titles`` says to look for headings that carry no mark."""
    found = [(group, _weave(_numbered(group))) for group in groups]
    seen = [(group, woven) for group, woven in found if woven.text]
    styles = iter(_heading_styles([group for group, _ in seen], [woven.text for _, woven in seen], titles=titles))
    stack: list[tuple[int, str]] = []
    drafts: list[Draft] = []
    for group, woven in found:
        drafts += [_draft(group, woven, next(styles), stack)] if woven.text else _hidden(woven)
    return drafts


def _hidden(woven: Woven) -> list[Draft]:
    """What stands by itself and is not seen: stretches that are hidden alike make one block."""
    drafts: list[Draft] = []
    for item in woven.hidden:
        text = " ".join(item.text.split())
        if drafts and drafts[-1].hidden_by == item.how:
            last = drafts[-1]
            last.origins = (*last.origins, (len(last.text) + 1, *item.place))
            last.text = f"{last.text} {text}"
        elif text:
            drafts.append(Draft(text, ((0, *item.place),), region="hidden", visibility="hidden", hidden_by=item.how))
    return drafts


def _numbered(group: Group) -> Group:
    """A heading that its format marks may have its number in its text: it is a label there too."""
    if group.kind == "heading" and not group.label and group.lines:
        labels = find_labels(group.lines[0].text)
        group.label = next((label for label in labels if label.number), None)
    return group


def _draft(group: Group, woven: Woven, style: str, stack: list[tuple[int, str]]) -> Draft:
    label = group.label
    draft = Draft(woven.text, woven.origins, marks=woven.marks, region=group.region, label=label.mark if label else "")
    draft.visibility, draft.breaks = group.visibility, woven.breaks
    draft.unseen = tuple((item.offset, item.text, item.how) for item in woven.hidden if item.text)
    if group.kind or style:
        stack.clear()
        draft.kind = group.kind or "heading"
        draft.level, draft.rank, draft.style = group.level, group.rank, group.style or style
        draft.number = label.number if label else 0
    elif label:
        draft.kind, draft.level = "item", group.level or _level(stack, group)
    elif is_row(draft.text):
        draft.kind = "row"
    elif draft.text[-1].isdigit() and ends(_CONTENTS, draft.text):
        draft.region = "nav" if draft.region == "main" else draft.region
    elif stack and group.lines[0].indent > stack[-1][0]:
        draft.level = len(stack)
    else:
        stack.clear()
    return draft


def mark_bold_heading(group: Group) -> None:
    """Make a short line of bold type a heading; a bold sentence is emphasis."""
    text = group.lines[0].text
    if len(group.lines) > 1 or group.bullet or len(text) > _MAX_BOLD:
        return
    style = heading_style(text[group.label.length :] if group.label else text, group.label)
    if style:
        group.kind, group.style = "heading", style if group.label else "bold"


def _weave(group: Group) -> Woven:
    if len(group.lines) == 1 and not (group.label and group.label.length):
        return group.lines[0].woven
    weaver = Weaver()
    skip = group.label.length if group.label else 0
    breaks = []
    for line in group.lines:
        weaver.break_line()
        weaver.add_woven(line.woven, skip)
        breaks.append(weaver.length - len(line.text) + skip)
        skip = 0
    woven = weaver.result()
    return replace(woven, breaks=tuple(breaks[1:])) if len(breaks) > 1 else woven


def _level(stack: list[tuple[int, str]], group: Group) -> int:
    """Depth of an item: by indentation, and by the style of its mark among items of one indentation."""
    indent, style = group.lines[0].indent, group.label.style if group.label else ""
    while stack and stack[-1][0] > indent:
        stack.pop()
    if (indent, style) in stack:
        del stack[stack.index((indent, style)) :]
    stack.append((indent, style))
    return len(stack)


def _heading_styles(groups: Sequence[Group], texts: Sequence[str], *, titles: bool) -> list[str]:
    """The heading style of every group, ``""`` for what is none or is one by its format."""
    styles = [_style(group, text) if titles or group.label else "" for group, text in zip(groups, texts, strict=True)]
    if styles:
        styles[-1] = ""
    for index, (group, after) in enumerate(pairwise(groups)):
        if _is_numbered_run(group, after):
            styles[index] = styles[index + 1] = ""
    _drop_plain_runs(styles, groups)
    _follow_numbers(styles, groups, texts)
    return styles


def _follow_numbers(styles: list[str], groups: Sequence[Group], texts: Sequence[str]) -> None:
    """A short line is a chapter too where the number before or after it is one ("2. Information we collect")."""
    last: dict[str, int] = {}
    pairs: list[tuple[int, int]] = []
    for index, group in enumerate(groups):
        label = group.label
        if not label or not label.number or group.level:
            continue
        before = last.get(label.style)
        if before is not None and before < index - 1 and _number(groups[before]) == label.number - 1:
            pairs.append((before, index))
        last[label.style] = index
    for one, other in (*pairs, *((after, before) for before, after in reversed(pairs))):
        if (
            styles[one]
            and not styles[other]
            and not groups[other].kind
            and _may_be_chapter(groups[other], texts[other])
        ):
            styles[other] = styles[one]


def _number(group: Group) -> int:
    return group.label.number if group.label else 0


def _may_be_chapter(group: Group, text: str) -> bool:
    return len(group.lines) <= _MAX_HEADING_LINES and text[-1] not in ":：" and is_short_phrase(text, group.label)


def _style(group: Group, text: str) -> str:
    if group.kind or len(group.lines) > _MAX_HEADING_LINES or group.bullet or is_row(text):
        return ""
    return heading_style(text, group.label)


def _is_numbered_run(group: Group, after: Group) -> bool:
    """Two numbers in a row with nothing between: a list, not two empty chapters."""
    one, two = group.label, after.label
    return one is not None and two is not None and one.style == two.style and two.number == one.number + 1


def _drop_plain_runs(styles: list[str], groups: Sequence[Group]) -> None:
    """Four short lines without a mark in a row are a list or an address, not four headings."""
    start = 0
    for index in range(len(groups) + 1):
        if index < len(groups) and styles[index] and not groups[index].label:
            continue
        if index - start >= 4:
            styles[start:index] = [""] * (index - start)
        start = index + 1
