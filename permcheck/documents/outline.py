"""Drafts of blocks in reading order in, `Block`s with their heading paths out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from permcheck.documents.text.weave import Marks, Origins
from permcheck.model import Block, BlockKind, Region, Visibility


@dataclass(slots=True)
class Draft:
    """A block whose place in the outline is not known yet.

    A heading has a ``rank`` (1-6, where the format says it) or a ``style`` (how it looks: headings of one style are
    of one level). ``number`` is its place in a numbering, 0 without one.
    """

    text: str
    origins: Origins
    kind: BlockKind = "paragraph"
    level: int = 0
    label: str = ""
    region: Region = "main"
    marks: Marks = ()
    rank: int = 0
    style: str = ""
    number: int = 0
    visibility: Visibility = "visible"
    hidden_by: str = ""
    unseen: tuple[tuple[int, str, str], ...] = ()
    breaks: tuple[int, ...] = ()
    original: str = ""


@dataclass(frozen=True, slots=True)
class _Heading:
    text: str
    rank: int
    style: str


def outline(drafts: Iterable[Draft]) -> list[Block]:
    """Give every block its heading path; regions other than ``main`` have a path of their own."""
    stacks: dict[Region, list[_Heading]] = {}
    chapters: dict[tuple[Region, str], tuple[int, list[_Heading]]] = {}
    blocks = []
    for draft in drafts:
        stack = stacks.setdefault(draft.region, [])
        if draft.kind == "heading":
            _close(stack, draft, chapters.get((draft.region, draft.style)))
            if draft.region == "main":
                stacks.pop("hidden", None)
        path = tuple(heading.text for heading in (*_above(stacks, draft.region), *stack))
        level = draft.level
        if draft.kind == "heading":
            chapters[draft.region, draft.style] = (draft.number, list(stack))
            stack.append(_Heading(draft.text, draft.rank, draft.style))
            level = len(stack)
        blocks.append(
            Block(
                draft.text,
                draft.origins or ((0, 1, 0, None),),
                draft.kind,
                path,
                level,
                draft.label,
                draft.region,
                marks=draft.marks,
                visibility=draft.visibility,
                hidden_by=draft.hidden_by,
                unseen=draft.unseen,
                breaks=draft.breaks,
                original=draft.original,
            )
        )
    return blocks


def _above(stacks: dict[Region, list[_Heading]], region: Region) -> list[_Heading]:
    """A part that is hidden until asked for (an accordion) stands under the headings around it."""
    return stacks.get("main", []) if region == "hidden" else []


def _close(stack: list[_Heading], draft: Draft, chapter: tuple[int, list[_Heading]] | None) -> None:
    """Close the headings that do not stand above ``draft``: "2." stands where "1." stood, whatever came between."""
    if draft.rank:
        while stack and not 0 < stack[-1].rank < draft.rank:
            stack.pop()
    elif chapter and draft.number > 1 and draft.number == chapter[0] + 1:
        stack[:] = chapter[1]
    else:
        styles = [heading.style for heading in stack]
        if draft.style in styles:
            del stack[styles.index(draft.style) :]
