"""Disclosed cells in, those whose stated purpose is missing or does not explain the permission out.

Parameters of a rule (``[with]``): ``fault`` is ``untold`` (no clause says what for) or ``unusual`` (the clauses hold
none of the purposes that usually and honestly explain the category, as its phrases list them). Many words that open a
purpose open other things as well ("sent to friends"): an unusual one is told only behind one of ``openers`` or where it
holds one of ``empty``, both language -> regular expressions.
The message may name ``{category}`` and ``{purpose}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from permcheck.checks.case import Case, found_by
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Category, Rule
from permcheck.model import AppFacts, Assessment, Disclosure, Finding


def purpose(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """Look at every category that an app asks for and the policy tells of."""
    apps = {app.path: app for app in case.apps}
    for cell in case.assessments:
        if cell.app not in apps or cell.verdict != "disclosed":
            continue
        category = knowledge.categories[cell.category]
        own = [item for item in cell.disclosures if item.category == cell.category and item.source == "policy"]
        stated = [item for item in own if item.purpose]
        missing = bool(own) and not stated and not any(_explains(category, item, knowledge) for item in own)
        if rule.params["fault"] == "untold":
            told = own[:1] if missing else []
        else:
            explained = any(_explains(category, item, knowledge) for item in own)
            told = [] if explained else [item for item in stated if _is_sure(rule, item)][:1]
        for item in told:
            yield _finding(rule, cell, apps[cell.app], category, item)


def _is_sure(rule: Rule, item: Disclosure) -> bool:
    """Whether what was read as a purpose is one without doubt."""
    openers, empty = (rule.params.get(name, {}).get(item.language, ()) for name in ("openers", "empty"))
    begins = any(re.match(opener, item.purpose, re.IGNORECASE) for opener in openers)
    return begins or any(re.search(words, item.purpose, re.IGNORECASE) for words in empty)


def _explains(category: Category, item: Disclosure, knowledge: Knowledge) -> bool:
    """Whether a clause holds one of the honest purposes; a language without a list explains itself."""
    related = (category, *(knowledge.categories[name] for name in (*category.covered_by, category.parent) if name))
    words = [word for one in related if item.language in one.phrases for word in one.phrases[item.language].purpose]
    return not words or bool(_pattern(tuple(words)).search(f"{item.purpose} {item.quote}"))


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_expression(word) for phrase in words for word in phrase.split("|")), re.IGNORECASE)


def _expression(word: str) -> str:
    """One word of the mappings as an expression; where words are not spaced apart it may stand inside others."""
    if word[:1] >= "\u3040":
        return re.escape(word)
    parts = [re.escape(part.rstrip("*")) + (r"\w*" if part.endswith("*") else "") for part in word.split()]
    return r"\b" + r"\W+".join(parts) + r"\b"


def _finding(rule: Rule, cell: Assessment, app: AppFacts, category: Category, item: Disclosure) -> Finding:
    return replace(
        found_by(
            rule, f"{app.app_id}/{category.id}", rule.message.format(category=category.title, purpose=item.purpose)
        ),
        app=app.path,
        document=item.location.path,
        location=item.location,
        category=category.id,
        evidence=cell.facts,
        quotes=(item,),
    )
