"""Markdown in, drafts of blocks out: its headings, tables, quotes and inline signs read, the rest as plain text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from permcheck.documents.code import front_matter, is_code
from permcheck.documents.html.page import html_groups
from permcheck.documents.markdown.inline import SourceLine, plain_lines
from permcheck.documents.outline import Draft
from permcheck.documents.text.columns import TEXT_GRID, Word, find_rows, has_gap, text_words
from permcheck.documents.text.lines import BREAKS, Group, Line, group_lines, wrap_column
from permcheck.documents.text.plain import drafts_of, mark_bold_heading
from permcheck.documents.text.source import line_starts
from permcheck.documents.text.weave import Weaver, Woven, width

_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|(?=[A-Z\u4e00-\u9fff]))(?!\s)(.*?)[ \t]*#*\Z")
_UNDERLINE = re.compile(r"(=+|-{2,})\Z")
_DELIMITER = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\Z")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_LIST_MARK = re.compile(r"(?:[-*+•·]|\d{1,3}[.)])[ \t]+")
_REFERENCE = re.compile(r"\[[^\]\[]{1,200}\]:\s*(?:<|https?:|mailto:|[/#.])\S+")
_HTML = re.compile(
    r"</?(address|article|blockquote|center|dd|details|div|dl|dt|fieldset|figure|footer|h[1-6]|header|li|main|nav|ol|p|"
    r"section|summary|table|tbody|td|tfoot|th|thead|tr|ul)\b[^<>]*(?:>|\Z)",
    re.IGNORECASE,
)
_KEEPS_BLANK_LINES = frozenset({"table", "ul", "ol", "dl"})
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_PIPE = re.compile(r"(?<!\\)\|")


@dataclass(slots=True)
class _State:
    groups: list[Group] = field(default_factory=list)
    run: list[SourceLine] = field(default_factory=list)
    column: int = 0
    fence: str = ""
    language: str = ""
    """What the fence says its text is written in."""
    code: list[SourceLine] = field(default_factory=list)
    in_table: bool = False
    html: list[SourceLine] = field(default_factory=list)
    html_tag: str = ""
    html_depth: int = 0


def read_markdown(text: str) -> tuple[list[Draft], str]:
    """Markdown as drafts, and the title of its front matter (``""`` without one)."""
    bare, comments = _without_comments(text)
    lines = list(_source_lines(bare))
    front = front_matter(text)
    state = _State(column=_wrap_column(lines[front:]))
    for line in lines[front:]:
        if not _take_html(state, line):
            _take(state, line)
    _end_html(state)
    _end_run(state)
    _end_fence(state)
    groups = sorted([*_front_blocks(lines[:front]), *comments, *state.groups], key=_place)
    headings = sum(1 for group in groups if group.kind == "heading")
    return drafts_of(groups, titles=headings < 2), _front_title(lines[:front])


def _place(group: Group) -> tuple[int, int]:
    origins = next((line.woven.origins for line in group.lines if line.woven.origins), ((0, 0, 0, None),))
    return origins[0][1:3]


def _without_comments(text: str) -> tuple[str, list[Group]]:
    """Blank the comments out, so that all places stay, and return them as blocks of their own."""
    if "<!--" not in text:
        return text, []
    groups = []
    starts = line_starts(text)
    for match in _COMMENT.finditer(text):
        number = bisect_right(starts, match.start(1))
        lines = [SourceLine(raw, number + index, 0) for index, raw in enumerate(BREAKS.split(match[1]))]
        groups.append(Group(plain_lines(lines), kind="paragraph", region="comment"))
    return _COMMENT.sub(lambda match: re.sub(r"[^\r\n]", " ", match[0]), text), groups


def _source_lines(text: str) -> Iterator[SourceLine]:
    for number, raw in enumerate(BREAKS.split(text), 1):
        bare = raw.strip()
        column = raw.find(bare) if bare else 0
        indent = width(raw[:column].expandtabs(4))
        quote = _QUOTE.match(bare)
        if quote:
            bare, column = bare[quote.end() :], column + quote.end()
        yield SourceLine(bare, number, column, indent)


def _front_blocks(lines: list[SourceLine]) -> Iterator[Group]:
    """Each entry of the front matter: no text of the policy, but a place where template variables stay behind."""
    for line in lines[1:-1]:
        if line.text:
            yield Group(plain_lines([line]), kind="preformatted", region="header")


def _front_title(lines: list[SourceLine]) -> str:
    found = (re.match(r"title\s*[:=]\s*[\"']?(.*?)[\"']?\Z", line.text, re.IGNORECASE) for line in lines)
    return next((match[1] for match in found if match), "")


def _wrap_column(lines: list[SourceLine]) -> int:
    return wrap_column([_literal(line) for line in lines if not _HEADING.match(line.text)])


def _literal(line: SourceLine) -> Line:
    weaver = Weaver()
    weaver.add(line.text, line.number, line.column)
    return Line(weaver.result(), line.indent)


def _take_html(state: _State, line: SourceLine) -> bool:
    """Gather a piece of HTML: it goes on to the next blank line, lists and tables to their end."""
    opening = _HTML.match(line.text) if not state.html and not state.fence else None
    if opening:
        _end_run(state)
        state.html_tag = opening[1].lower() if opening[1].lower() in _KEEPS_BLANK_LINES else ""
        state.html_depth = 0
    if not opening and not state.html:
        return False
    if not line.text and state.html_depth <= 0:
        _end_html(state)
        return True
    state.html.append(line)
    if state.html_tag:
        text = line.text.lower()
        state.html_depth += text.count(f"<{state.html_tag}") - text.count(f"</{state.html_tag}")
    return True


def _end_html(state: _State) -> None:
    lines, state.html = state.html, []
    if not lines:
        return
    groups, _, _ = html_groups("\n".join(line.text for line in lines))
    for group in groups:
        group.lines = [_moved(line, lines) for line in group.lines]
    state.groups.extend(groups)


def _moved(line: Line, lines: list[SourceLine]) -> Line:
    """Lead a line of the piece back to the file."""
    origins = tuple(
        (offset, lines[number - 1].number, lines[number - 1].column + column, page)
        for offset, number, column, page in line.woven.origins
    )
    return Line(Woven(line.woven.text, origins, line.woven.marks), line.indent, line.page)


def _take(state: _State, line: SourceLine) -> None:
    fence = _FENCE.match(line.text)
    if state.fence or fence:
        _take_fenced(state, line, fence[1] if fence else "")
    elif not line.text or _REFERENCE.match(line.text):
        _end_run(state)
    elif _HEADING.match(line.text) and not _LIST_MARK.match(line.text):
        _end_run(state)
        _heading(state, line)
    elif _UNDERLINE.match(line.text) and len(state.run) == 1 and "|" not in state.run[0].text:
        _underlined(state, 1 if line.text[0] == "=" else 2)
    elif _is_table_line(state, line):
        _row(state, line)
    else:
        state.run.append(line)


def _take_fenced(state: _State, line: SourceLine, fence: str) -> None:
    _end_run(state)
    if not fence:
        state.code.append(line)
    elif state.fence and fence.startswith(state.fence):
        _end_fence(state)
    elif state.fence:
        state.code.append(line)
    else:
        state.fence, state.language = fence, line.text[len(fence) :].strip().partition(" ")[0]


def _end_fence(state: _State) -> None:
    """Fenced text is text too, as some wrap whole sections so; a program is none."""
    code, state.code, state.fence = state.code, [], ""
    if not is_code("\n".join(line.text for line in code), state.language):
        state.groups += [Group([_literal(line)], kind="preformatted") for line in code if line.text]


def _heading(state: _State, line: SourceLine) -> None:
    match = _HEADING.match(line.text)
    if match:
        at = match.start(2)
        lines = plain_lines([SourceLine(match[2], line.number, line.column + at)])
        state.groups.append(Group(lines, kind="heading", rank=len(match[1])))


def _underlined(state: _State, rank: int) -> None:
    lines, state.run = plain_lines(state.run), []
    state.groups.append(Group(lines, kind="heading", rank=rank))


def _is_table_line(state: _State, line: SourceLine) -> bool:
    if "|" not in line.text:
        return False
    if _DELIMITER.match(line.text):
        return len(state.run) == 1 or state.in_table
    return state.in_table or line.text.startswith("|")


def _row(state: _State, line: SourceLine) -> None:
    if _DELIMITER.match(line.text):
        header, state.run = state.run, []
        state.groups.extend(_cells(one) for one in header)
    else:
        _end_run(state)
        state.groups.append(_cells(line))
    state.in_table = True


def _cells(line: SourceLine) -> Group:
    """A table line as a row: outer bars go, cells are parted as in every other format."""
    text = line.text
    start = 1 if text.startswith("|") else 0
    end = len(text) - 1 if len(text) > 1 and _PIPE.search(text, len(text) - 1) else len(text)
    weaver = Weaver()
    for match in _PIPE.finditer(text, start, end):
        _add_cell(weaver, line, start, match.start())
        weaver.space()
        weaver.put("|", line.number, line.column + match.start())
        weaver.space()
        start = match.end()
    _add_cell(weaver, line, start, end)
    return Group([Line(weaver.result())], kind="row")


def _add_cell(weaver: Weaver, line: SourceLine, start: int, end: int) -> None:
    for cell in plain_lines([SourceLine(line.text[start:end], line.number, line.column + start)], joint=";"):
        weaver.add_woven(cell.woven)


def _end_run(state: _State) -> None:
    state.in_table = False
    if not state.run:
        return
    run, state.run = state.run, []
    groups = _run_groups(run, state.column)
    if len(groups) == len(run) == 1 and _is_emphasized(run[0].text):
        mark_bold_heading(groups[0])
    state.groups.extend(groups)


def _run_groups(run: list[SourceLine], column: int) -> list[Group]:
    """Lines that belong together; those of tables that are set with spaces, as Pandoc writes them, are rows."""
    if not any(has_gap(line.text) for line in run):
        return group_lines(plain_lines(run), column)

    @cache
    def words(index: int) -> list[Word]:
        return text_words(run[index].text, run[index].number, run[index].column) if index < len(run) else []

    groups: list[Group] = []
    index = start = 0
    while index < len(run):
        rows, end = find_rows(words, index, TEXT_GRID) if has_gap(run[index].text) else ([], index)
        if rows:
            groups += group_lines(plain_lines(run[start:index]), column) if start < index else []
            groups += [Group([row], kind="row") for row in rows]
            start = end
        index = max(end, index + 1)
    return groups + (group_lines(plain_lines(run[start:]), column) if start < len(run) else [])


def _is_emphasized(text: str) -> bool:
    """The whole line stands in emphasis signs."""
    return text[0] in "*_" and text[-1] in "*_:" and text.rstrip("*_:")[:1] in "*_" and len(text) > 4
