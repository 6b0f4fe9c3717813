"""The table of a JSON report in, the `Report` that it was made from out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from permcheck.model import (
    AppFacts,
    Assessment,
    Block,
    CategoryNote,
    Disclosure,
    Document,
    Evidence,
    Fact,
    Finding,
    Gap,
    Location,
    Obeyed,
    Placeholder,
    Policy,
    Rejection,
    Report,
    RuleNote,
    Span,
    Waiver,
)

Record = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in a report stand for."""

    facts: dict[str, Fact]
    disclosures: dict[str, Disclosure]


def report_of(record: Record) -> Report:
    """Rebuild the report. Raises `KeyError`, `TypeError` or the like where the table is not of the schema."""
    facts = [entry for app in record["apps"] for entry in app["facts"]]
    names = Names(
        {entry["id"]: _fact(entry) for entry in (*facts, *record["other_facts"])},
        {entry["id"]: _disclosure(entry) for entry in _disclosures(record)},
    )
    return Report(
        version=_word(record["tool"]["version"]),
        mappings_digest=_word(record["tool"]["mappings_digest"]),
        apps=tuple(_app(entry, names) for entry in record["apps"]),
        policies=tuple(_policy(entry, names) for entry in record["documents"]),
        declarations=tuple(names.disclosures[entry["id"]] for entry in record["declarations"]),
        assessments=tuple(_assessment(entry, names) for entry in record["assessments"]),
        findings=tuple(_finding(entry, names) for entry in record["findings"]),
        gaps=tuple(_gap(entry) for entry in record["gaps"] if not entry["app"] and not entry["document"]),
        categories=tuple(_plain(CategoryNote, entry) for entry in record["categories"]),
        rules=tuple(_plain(RuleNote, entry) for entry in record["rules"]),
        obeyed=tuple(_plain(Obeyed, entry) for entry in record.get("trust", [])),
        date=_word(record.get("summary", {}).get("date") or ""),
        fact_categories=_fact_categories([*facts, *record["other_facts"]], names),
    )


def _disclosures(record: Record) -> list[Record]:
    own = [entry for document in record["documents"] for entry in document["disclosures"]]
    return [*own, *record["declarations"], *record["other_disclosures"]]


def _fact_categories(entries: list[Record], names: Names) -> tuple[tuple[Fact, tuple[str, ...]], ...]:
    known = (entry for entry in entries if entry["categories"] is not None)
    return tuple((names.facts[entry["id"]], tuple(map(_word, entry["categories"]))) for entry in known)


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, found {value!r:.40}")
    return value


def _app(entry: Record, names: Names) -> AppFacts:
    facts = tuple(names.facts[fact["id"]] for fact in entry["facts"])
    return _plain(AppFacts, entry, facts=facts, gaps=tuple(_gap(gap) for gap in entry["gaps"]))


def _policy(entry: Record, names: Names) -> Policy:
    document = _plain(
        Document,
        entry,
        blocks=tuple(_block(block) for block in entry["blocks"]),
        gaps=tuple(_gap(gap) for gap in entry["gaps"]),
        evidence=_plain(Evidence, entry["evidence"]) if "evidence" in entry else None,
    )
    disclosures = tuple(names.disclosures[item["id"]] for item in entry["disclosures"])
    rejections = tuple(_rejection(item) for item in entry.get("rejections", ()))
    return Policy(
        document, disclosures, tuple(_placeholder(item) for item in entry["placeholders"]), rejections=rejections
    )


def _rejection(entry: Record) -> Rejection:
    return _plain(Rejection, entry, location=_location(entry["location"]))


def _block(entry: Record) -> Block:
    if not entry["origins"]:
        raise ValueError("a block without a place")
    return _plain(Block, entry)


def _fact(entry: Record) -> Fact:
    return _plain(Fact, entry, location=_location(entry["location"]))


def _disclosure(entry: Record) -> Disclosure:
    return _plain(Disclosure, entry, location=_location(entry["location"]), control_span=_span(entry["control_span"]))


def _placeholder(entry: Record) -> Placeholder:
    governed = tuple(_plain(Span, span) for span in entry["governed"])
    return _plain(Placeholder, entry, location=_location(entry["location"]), governed=governed)


def _assessment(entry: Record, names: Names) -> Assessment:
    return _plain(
        Assessment,
        entry,
        app=_word(entry["app"] or ""),
        facts=tuple(names.facts[name] for name in entry["facts"]),
        disclosures=tuple(names.disclosures[name] for name in entry["disclosures"]),
    )


def _finding(entry: Record, names: Names) -> Finding:
    return _plain(
        Finding,
        entry,
        app=_word(entry["app"] or ""),
        document=_word(entry["document"] or ""),
        category=_word(entry["category"] or ""),
        location=_location(entry["location"]) if entry["location"] else None,
        evidence=tuple(names.facts[name] for name in entry["evidence"]),
        quotes=tuple(names.disclosures[name] for name in entry["quotes"]),
        waiver=_plain(Waiver, entry["waiver"]) if entry["waiver"] else None,
    )


def _gap(entry: Record) -> Gap:
    return _plain(Gap, entry, location=_location(entry["location"]))


def _location(entry: Record) -> Location:
    return _plain(Location, entry, span=_span(entry["span"]))


def _span(entry: Record | None) -> Span | None:
    return _plain(Span, entry) if entry else None


def _plain(cls: type[T], entry: Record, **built: Any) -> T:
    """A dataclass from the entry's values; lists become tuples, ``built`` holds what needs more than that.

    Raises `TypeError` for a value that its field cannot hold, so that no renderer meets one.
    """
    hints = _hints(cls)  # type: ignore[arg-type]  # a class is hashable
    raw = {name: _frozen(entry[name]) for name in hints if name not in built and name in entry}
    for name, value in raw.items():
        if not _fits(hints[name], value):
            raise TypeError(f"{cls.__name__}.{name} cannot be {value!r:.40}")
    return cls(**raw, **built)


@cache
def _hints(cls: Any) -> dict[str, Any]:
    known = get_type_hints(cls)
    return {item.name: known[item.name] for item in fields(cls)}


def _fits(hint: Any, value: object) -> bool:
    """Whether a value is of the type that a field of the model says."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return value in parts
    if origin in (Union, UnionType):
        return any(_fits(part, value) for part in parts)
    if origin is tuple:
        return isinstance(value, tuple) and _all_fit(parts, value)
    return isinstance(value, hint) and not (hint is int and isinstance(value, bool))


def _all_fit(parts: tuple[Any, ...], values: tuple[object, ...]) -> bool:
    if len(parts) == 2 and parts[1] is Ellipsis:
        return all(_fits(parts[0], value) for value in values)
    return len(parts) == len(values) and all(map(_fits, parts, values))


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
