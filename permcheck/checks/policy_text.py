"""Policies in, what any policy must say and this one does not out: the stores' and the law's list, not the app's.

Parameters of a rule (``[with]``):

``question``  ``says`` (default): one of the patterns must stand somewhere in the text;
              ``date``: an effective date; ``fault`` is what is wrong: ``missing``, ``impossible``, ``future``;
              ``format``: the document has one of ``formats``, and an app of ``platform`` or no app is given;
              ``contacts``: addresses of two owners are given for questions about privacy;
              ``domain``: no such address belongs to anybody whom app or policy name;
              ``app``: the policy names the app or its maker (``other`` = true: it is about another app instead);
              ``signer``: it names who signed the app (``nobody``: names of certificates that stand for nobody);
              ``vendor``: it makes the maker of the platform the controller
``subject``   what the finding speaks of
``patterns``  language -> regular expressions without nested repetition, any of which answers the question
``weak``      further ones, which answer only in a sentence without a pattern of ``unless``
``after``     where a date is asked for: further patterns, which answer when they stand right behind one
``unless``    language -> regular expressions; a sentence in which one stands is passed over
``links``     further ones, which answer when they stand in the text of a link
``when``      tables like ``patterns``; each must be found outside ``unless``, or the question is not asked
``like``      the id of a rule whose tables of patterns this one shares
``free``      hosts at which anybody has a mailbox
``makers``    names of one platform, a platform each; ``{maker}`` in a pattern stands for any of them
``about``     what the title of a policy holds, as one expression
``titles``    what the titles of policies consist of besides names; ``named``: what names the app, as group 1

Where an app is given, all policies of one language are its policy together: one of them is enough to answer.
The message may name ``{document}``, ``{found}`` and ``{app}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from permcheck.checks import policy_app, search
from permcheck.checks.case import Case, found_by
from permcheck.checks.policy_app import Answer
from permcheck.checks.policy_date import dates
from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import Confidence, Document, Finding, Location, Policy

Params = Mapping[str, Any]
Question = Callable[[Params, Case, Policy], Iterator[Answer]]

KEYS = frozenset({
    "question", "subject", "patterns", "weak", "unless", "links", "when", "like", "makers", "titles", "named", "after",
    "fault", "formats", "free", "other", "nobody", "platform", "about",
})  # fmt: skip
SHARED = ("patterns", "after", "unless", "makers", "titles", "named", "free", "about")


def policy_text(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:
    """Ask the rule's question of every policy; parameters as the module says. Raises `MappingError`."""
    params = _params(rule, knowledge)
    question = QUESTIONS[params.get("question", "says")]
    for policy in case.policies:
        for answer in question(params, case, policy):
            yield _finding(rule, policy.document, answer)


def _params(rule: Rule, knowledge: Knowledge) -> Params:
    """The rule's parameters with those that it shares. Raises `MappingError` where one is unknown."""
    wrong = sorted(rule.params.keys() - KEYS)
    name = rule.params.get("question", "says")
    if wrong or name not in QUESTIONS:
        raise MappingError(f"rules/{rule.id}.toml: with.{wrong[0] if wrong else f'question: {name!r}'}: unknown")
    other = rule.params.get("like", rule.id)
    if other not in knowledge.rules:
        raise MappingError(f"rules/{rule.id}.toml: with.like: no rule is called {other!r}")
    shared = {key: value for key, value in knowledge.rules[other].params.items() if key in SHARED}
    return shared | dict(rule.params)


def _finding(rule: Rule, document: Document, answer: Answer) -> Finding:
    app = answer.app
    return replace(
        found_by(
            rule,
            f"{app.app_id}/{answer.subject}" if app else answer.subject,
            rule.message.format(document=document.path, found=answer.found, app=app.name if app else ""),
        ),
        confidence=answer.confidence or rule.confidence,
        app=app.path if app else "",
        document=document.path,
        location=answer.location or Location(document.path),
    )


def _says(params: Params, case: Case, policy: Policy) -> Iterator[Answer]:
    """Nothing is amiss where a language is not listed: silence about it is not the policy's."""
    together = _together(case, policy)
    asked = {**params.get("weak", {}), **params.get("patterns", {})}
    if not together or not search.speaks(asked, policy):
        return
    if not all(_found(table, params.get("unless", {}), together) for table in params.get("when", ())):
        return
    if not (
        _found(params.get("patterns", {}), {}, together)
        or _found(params.get("weak", {}), params.get("unless", {}), together)
        or any(_links(params.get("links", {}), one) for one in together)
    ):
        yield Answer(str(params["subject"]))


def _together(case: Case, policy: Policy) -> tuple[Policy, ...]:
    """The policies to which a question is put at once; none where it was put already or text is missing."""
    if not case.apps:
        found: tuple[Policy, ...] = (policy,)
    else:
        found = tuple(one for one in case.policies if one.document.language == policy.document.language)
    return found if found[0] is policy and all(map(search.is_whole, found)) else ()


def _found(table: search.Table, unless: search.Table, policies: tuple[Policy, ...]) -> bool:
    return any(True for policy in policies for _ in search.find(table, policy, unless or None))


def _links(table: search.Table, policy: Policy) -> bool:
    """Whether a link bears one of the words."""
    for block in search.readable(policy):
        wanted = search.pattern(table, policy, block)
        texts = [block.text[start:end] for start, end, mark in block.marks if mark == "link"]
        if wanted and any(wanted.search(text) for text in texts):
            return True
    return False


def _date(params: Params, case: Case, policy: Policy) -> Iterator[Answer]:
    """The date beside a word such as "effective"; a line that only says "last updated" counts as well."""
    if not search.speaks(params["patterns"], policy):
        return
    if params["fault"] == "missing":
        together = _together(case, policy)
        if together and not any(True for one in together for _ in dates(params, one)):
            yield Answer(str(params["subject"]))
        return
    for dated in dates(params, policy):
        is_future = dated.when is not None and dated.when > datetime.now(UTC)
        if is_future if params["fault"] == "future" else dated.when is None:
            yield Answer(str(params["subject"]), dated.found, dated.location)


def _format(params: Params, case: Case, policy: Policy) -> Iterator[Answer]:
    """The file's format; whether it is the published one is surer beside an app, and never so inside a bundle."""
    asked = not case.apps or any(app.platform == params["platform"] for app in case.apps)
    if asked and policy.document.format in params["formats"] and "!/" not in policy.document.path:
        confidence: Confidence | None = None if case.apps else "low"
        yield Answer(str(params["subject"]), policy.document.format, confidence=confidence)


def _contacts(params: Params, case: Case, policy: Policy) -> Iterator[Answer]:  # noqa: ARG001
    """Two addresses of different owners, each beside a word of contact; at a host of anybody each is its own."""
    owners: dict[str, tuple[str, Location]] = {}
    for address, place in policy_app.addresses(params, policy):
        host = policy_app.owner(address)
        owners.setdefault(address if host in params["free"] else host, (address, place))
    if len(owners) > 1:
        found = sorted(address for address, _ in owners.values())
        yield Answer(str(params["subject"]), ", ".join(found), list(owners.values())[1][1])


def _vendor(params: Params, case: Case, policy: Policy) -> Iterator[Answer]:
    """The maker of the platform as controller, unless the app or the policy is the maker's own."""
    makers = tuple(str(names) for names in params["makers"])
    table = _of_makers(makers, tuple((name, tuple(listed)) for name, listed in params["patterns"].items()))
    own = policy.document.title.lower() + "".join(f" {app.app_id} {app.name}".lower() for app in case.apps)
    for sentence, match in search.find(table, policy):
        told = match.group().lower()
        named = [names.split() for names in makers if any(name.lower() in told for name in names.split())]
        if not any(name.lower() in own for names in named for name in names):
            place = sentence.place(policy.document.path, match.start(), match.end())
            yield Answer(str(params["subject"]), match.group(), place)


@cache
def _of_makers(makers: tuple[str, ...], patterns: tuple[tuple[str, tuple[str, ...]], ...]) -> search.Table:
    words = "|".join(re.escape(name) for names in makers for name in names.split())
    return {name: [found.replace("{maker}", f"(?:{words})") for found in listed] for name, listed in patterns}


QUESTIONS: dict[str, Question] = {
    "says": _says,
    "date": _date,
    "format": _format,
    "contacts": _contacts,
    "domain": policy_app.domain,
    "app": policy_app.app,
    "signer": policy_app.signer,
    "vendor": _vendor,
}
