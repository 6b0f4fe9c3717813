"""A policy in, the section out in which a missing sentence belongs: the one that discloses the most categories."""

from __future__ import annotations

from permcheck.model import Block, Location, Policy, Span


def home_of(policy: Policy) -> Location | None:
    """The place of that section's heading; without one, the first disclosure or the first line.

    The title of the whole policy is no section. Of two sections with as many categories, the narrower one is meant.
    """
    blocks = policy.document.blocks
    told = [(item.category, item.location.span) for item in policy.disclosures if item.location.span]
    lines = [(category, (span.page or 0, span.line)) for category, span in told]
    best: tuple[int, int, Location] | None = None
    for number, block in enumerate(blocks):
        if number and block.kind == "heading" and block.region == "main":
            last = _last_line(block, blocks[number:])
            start = _first_line(block)
            known = {category for category, at in lines if start <= at <= last}
            if known and (best is None or (len(known), block.level) > best[:2]):
                best = len(known), block.level, Location(policy.document.path, block.text, _span(block))
    if best:
        return best[2]
    first = next((item.location for item in policy.disclosures if item.location.span), None)
    return first or next((Location(policy.document.path, "", _span(block)) for block in blocks), None)


def _span(block: Block) -> Span:
    return block.span(0, len(block.text))


def _first_line(block: Block) -> tuple[int, int]:
    span = _span(block)
    return span.page or 0, span.line


def _last_line(heading: Block, after: tuple[Block, ...]) -> tuple[int, int]:
    """Where the section of a heading ends: before the next heading of its level or above."""
    end = heading
    for block in after[1:]:
        if block.kind == "heading" and block.level <= heading.level and block.region == "main":
            break
        end = block
    last = end.origins[-1]
    return last[3] or 0, last[1]
