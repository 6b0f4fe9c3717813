"""Policies in, what they say otherwise to a machine than to a reader out: hidden text, borrowed letters, turned words.

Parameters of a rule (``[with]``):

``question``  ``hidden``: text that no reader sees speaks of a category otherwise than the text that is seen;
              ``letters``: a word is written with letters of another script that look alike;
              ``direction``: a control of writing direction stands in a text that runs from left to right
``mark``      for ``direction``: the kind of control, ``override`` or ``embedding``

The message may name ``{document}``, ``{category}``, ``{how}``, ``{quote}`` and ``{word}``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from permcheck.checks.case import Case, found_by
from permcheck.documents.folding import strange_words
from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import Block, Finding, Location, Policy

Question = Callable[[Rule, Policy, Knowledge], Iterator[Finding]]
_LONGEST = 120


def unseen(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """Ask the rule's question of every policy. Raises `MappingError`."""
    name = rule.params.get("question")
    if name not in QUESTIONS or rule.params.keys() - {"question", "mark"}:
        raise MappingError(f"rules/{rule.id}.toml: with: unknown question or parameter")
    for policy in case.policies:
        for finding in QUESTIONS[name](rule, policy, knowledge):
            yield replace(finding, document=policy.document.path)


def _hidden(rule: Rule, policy: Policy, knowledge: Knowledge) -> Iterator[Finding]:
    for item in policy.hidden:
        title = knowledge.categories[item.category].title
        message = rule.message.format(
            document=policy.document.path, category=title, how=item.why, quote=_short(item.quote)
        )
        found = found_by(rule, f"{item.category}/{item.stance}", message)
        yield replace(found, category=item.category, location=item.location, quotes=(item,))


def _letters(rule: Rule, policy: Policy, knowledge: Knowledge) -> Iterator[Finding]:  # noqa: ARG001
    told: set[str] = set()
    for block in _seen(policy):
        if not block.original:
            continue
        for start, end in strange_words(block.text, block.original):
            word = block.text[start:end]
            if word not in told:
                told.add(word)
                yield _about(rule, policy, block, start, end)


def _direction(rule: Rule, policy: Policy, knowledge: Knowledge) -> Iterator[Finding]:  # noqa: ARG001
    for block in _seen(policy):
        for start, end, mark in block.marks:
            if mark == rule.params.get("mark"):
                yield _about(rule, policy, block, start, end)


def _about(rule: Rule, policy: Policy, block: Block, start: int, end: int) -> Finding:
    word = block.text[start:end]
    message = rule.message.format(document=policy.document.path, word=word, quote=_short(block.text))
    heading = block.heading[-1] if block.heading else ""
    place = Location(policy.document.path, heading, block.span(start, end))
    return replace(found_by(rule, word, message), location=place)


def _seen(policy: Policy) -> Iterator[Block]:
    return (block for block in policy.document.blocks if block.visibility != "hidden" and block.region != "comment")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


QUESTIONS: dict[str, Question] = {"hidden": _hidden, "letters": _letters, "direction": _direction}
