"""Policies in, what any policy must say and this one does not out: the stores' and the law's list, not the app's.

Parameters of a rule (``[with]``):

``question``  ``says`` (default): one of the patterns must stand somewhere in the text;
              ``date``: an effective date; ``fault`` is what is wrong: ``missing``, ``impossible``, ``future``;
              ``format``: the document has one of ``formats``;
              ``contacts``: two different addresses are given for questions about privacy;
              ``app``: the policy names the app (``other`` = true: its title names another one instead);
              ``vendor``: it makes the maker of the platform the controller
``subject``   what the finding speaks of
``patterns``  language -> regular expressions without nested repetition, any of which answers the question

The message may name ``{document}``, ``{found}`` and ``{app}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from permcheck.checks.case import Case, found_by
from permcheck.errors import MappingError
from permcheck.knowledge import Knowledge
from permcheck.knowledge.schema import Rule
from permcheck.model import AppFacts, Block, Document, Finding, Location, Policy

ADDRESS = re.compile(r"[A-Za-z0-9_.+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
TITLE_WORDS = re.compile(
    r"(?i)privacy|policy|notice|statement|for|of|using|the|app|application|mobile|our|your|data|protection|and|terms|"
    r"user|\bios\b|\bandroid\b"
)
PROSE = ("paragraph", "item", "row")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found amiss, and where."""

    subject: str
    found: str = ""
    location: Location | None = None
    app: AppFacts | None = None


Question = Callable[[Rule, Case, Policy], Iterator[Answer]]


def policy_text(rule: Rule, case: Case, knowledge: Knowledge) -> Iterator[Finding]:  # noqa: ARG001  (one signature)
    """Ask the rule's question of every policy; parameters as the module says. Raises `MappingError`."""
    name = str(rule.params.get("question", "says"))
    if name not in QUESTIONS:
        raise MappingError(f"rules/{rule.id}.toml: with.question: {name!r} is none of {', '.join(sorted(QUESTIONS))}")
    for policy in case.policies:
        for answer in QUESTIONS[name](rule, case, policy):
            yield _finding(rule, policy.document, answer)


def _finding(rule: Rule, document: Document, answer: Answer) -> Finding:
    app = answer.app
    return replace(
        found_by(
            rule,
            f"{app.app_id}/{answer.subject}" if app else answer.subject,
            rule.message.format(document=document.path, found=answer.found, app=app.name if app else ""),
        ),
        app=app.path if app else "",
        document=document.path,
        location=answer.location or Location(document.path),
    )


def _says(rule: Rule, case: Case, policy: Policy) -> Iterator[Answer]:  # noqa: ARG001
    """Nothing is amiss where a language is not listed: silence about it is not the policy's."""
    wanted = _patterns(rule, policy.document.language)
    if wanted is not None and not any(wanted.search(block.text) for block in _readable(policy)):
        yield Answer(str(rule.params["subject"]))


def _readable(policy: Policy) -> Iterator[Block]:
    return (block for block in policy.document.blocks if block.region not in ("comment", "hidden", "nav"))


def _patterns(rule: Rule, language: str) -> re.Pattern[str] | None:
    listed = rule.params.get("patterns", {})
    found = (*listed.get(language, ()), *listed.get("any", ()))
    return _compiled(found) if language in listed or (found and not listed.keys() - {"any"}) else None


@cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _date(rule: Rule, case: Case, policy: Policy) -> Iterator[Answer]:  # noqa: ARG001
    """The date beside a word such as "effective"; a line that only says "last updated" counts as well."""
    wanted = _patterns(rule, policy.document.language)
    if wanted is None:
        return
    dated = [(block, match) for block in _readable(policy) for match in wanted.finditer(block.text)]
    fault = rule.params["fault"]
    if fault == "missing" and not dated:
        yield Answer(str(rule.params["subject"]))
    for block, match in dated:
        when = _when(block.text[match.end() : match.end() + 40])
        wrong = (when is None and fault == "impossible" and _numbers(block.text[match.end() : match.end() + 40])) or (
            when is not None and fault == "future" and when > _today()
        )
        if wrong:
            found = block.text[match.start() : match.end() + 24].strip()
            place = Location(policy.document.path, "", block.span(match.start(), match.end()))
            yield Answer(str(rule.params["subject"]), found, place)


MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero",
            "february feb februar février febrero",
            "march mar märz mars marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet julio",
            "august aug août agosto",
            "september sep sept septembre septiembre",
            "october oct oktober octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember décembre diciembre",
        ),
        1,
    )
    for name in names.split()
}
PART = re.compile(r"\d{1,4}|[^\W\d_]{3,12}")


def _numbers(text: str) -> bool:
    """Whether three numbers (or two and a month) follow: a date is meant."""
    parts = [part for part in PART.findall(text)[:4] if part.isdigit() or part.lower() in MONTHS]
    return len(parts) >= 3 and any(len(part) == 4 for part in parts)


def _when(text: str) -> datetime | None:
    """The date at the start of a text in the orders that people write; none when it is no possible date."""
    parts = [part.lower() for part in PART.findall(text)[:5]]
    numbers = [int(part) for part in parts if part.isdigit()]
    months = [MONTHS[part] for part in parts if part in MONTHS]
    years = [number for number in numbers if number >= 1000]
    rest = [number for number in numbers if number < 1000]
    if not years or len(rest) < (1 if months else 2):
        return None
    orders = ((months[0], rest[0]),) if months else ((rest[0], rest[1]), (rest[1], rest[0]))
    for month, day in orders:
        try:
            return datetime(years[0], month, day, tzinfo=UTC)
        except ValueError:
            continue
    return None


def _today() -> datetime:
    return datetime.now(UTC)


def _format(rule: Rule, case: Case, policy: Policy) -> Iterator[Answer]:  # noqa: ARG001
    if policy.document.format in rule.params["formats"]:
        yield Answer(str(rule.params["subject"]), policy.document.format)


def _contacts(rule: Rule, case: Case, policy: Policy) -> Iterator[Answer]:  # noqa: ARG001
    """Two addresses that differ in name and host, each beside a word of contact."""
    wanted = _patterns(rule, policy.document.language)
    if wanted is None:
        return
    found: dict[str, Location] = {}
    for block in _readable(policy):
        near = wanted.search(block.text) or any(wanted.search(heading) for heading in block.heading[-1:])
        for match in ADDRESS.finditer(block.text) if near else ():
            place = Location(policy.document.path, "", block.span(match.start(), match.end()))
            found.setdefault(match.group().lower().rstrip("."), place)
    if len({address.partition("@")[0] for address in found}) > 1:
        yield Answer(str(rule.params["subject"]), ", ".join(sorted(found)), list(found.values())[1])


def _app(rule: Rule, case: Case, policy: Policy) -> Iterator[Answer]:
    text = _plain(" ".join(block.text for block in _readable(policy)))
    title = _other_name(policy.document.title)
    for app in case.apps:
        names = [_plain(name) for name in (app.name, *_vendor_words(app.app_id))]
        known = any(name and name in text for name in names)
        other = bool(title) and not known and not any(name and name in _plain(title) for name in names)
        if app.name and not known and other == bool(rule.params.get("other")):
            yield Answer(str(rule.params["subject"]), title, None, app)


def _vendor_words(app_id: str) -> list[str]:
    """The parts of an identifier that can be a name: not ``com``, ``app`` or the like."""
    common = {"com", "net", "org", "app", "apps", "mobile", "android", "ios", "www", "example", "io", "de", "cn", "co"}
    return [part for part in app_id.lower().split(".") if part not in common and len(part) > 3]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _other_name(title: str) -> str:
    """What a title such as "Privacy Policy of Lamp Home" is about, once the words of every policy are gone."""
    words = [word for word in re.split(r"[\s|:\u2013\u2014-]+", title) if word and not TITLE_WORDS.fullmatch(word)]
    return " ".join(words) if words and len(words) <= 4 and all(word[:1].isupper() for word in words) else ""


def _vendor(rule: Rule, case: Case, policy: Policy) -> Iterator[Answer]:  # noqa: ARG001
    wanted = _patterns(rule, policy.document.language)
    for block in _readable(policy) if wanted else ():
        match = wanted.search(block.text) if wanted and block.kind in PROSE else None
        if match:
            place = Location(policy.document.path, "", block.span(match.start(), match.end()))
            yield Answer(str(rule.params["subject"]), match.group(), place)


QUESTIONS: dict[str, Question] = {
    "says": _says,
    "date": _date,
    "format": _format,
    "contacts": _contacts,
    "app": _app,
    "vendor": _vendor,
}
