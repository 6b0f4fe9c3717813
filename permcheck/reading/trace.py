"""How a document was read in, each mention with its clause, cues, claim or rejection out, as record or text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from permcheck.knowledge import Knowledge
from permcheck.model import Disclosure
from permcheck.reading.claim import REASONS, Claim
from permcheck.reading.decide import decide
from permcheck.reading.discourse import Reading
from permcheck.reading.policy import Understood, disclosures, stance_of
from permcheck.reading.predicate import Predicate, predicates
from permcheck.reading.segment import Passage
from permcheck.reading.sentence import Sentence

Record = dict[str, Any]


def trace_document(
    understood: Understood, knowledge: Knowledge, line: int | None = None, category: str = ""
) -> list[Record]:
    """One record a mention, in reading order; ``line`` (1-based) and ``category`` narrow it."""
    said = disclosures(understood)
    return [
        {**_record(one, understood, knowledge), "decision": _decision(one, said, knowledge)}
        for one in understood.readings
        if (not category or one.mention.category == category) and (line is None or _covers(one, understood, line))
    ]


def _decision(one: Reading, said: tuple[Disclosure, ...], knowledge: Knowledge) -> Record:
    """What the table of rules says of the category as a whole."""
    found = decide(knowledge.categories[one.mention.category], said, None, knowledge)
    return {"rule": found.rule, "verdict": found.verdict, "confidence": found.confidence, "why": found.why}


def _covers(one: Reading, understood: Understood, line: int) -> bool:
    span = understood.document.blocks[one.passage.block].span(one.passage.start, one.passage.end)
    return span.line <= line <= span.end_line


def _record(one: Reading, understood: Understood, knowledge: Knowledge) -> Record:
    passage, sentence = one.passage, one.passage.sentence
    span = understood.document.blocks[passage.block].span(passage.start, passage.end)
    named = one.mention if not one.aside else None
    number = sentence.clause_of(named.start) if named else 0
    clause = sentence.clauses[number] if sentence.clauses else None
    return {
        "category": one.mention.category,
        "lines": [span.line, span.end_line],
        "page": span.page,
        "sentence": passage.text,
        "mention": {"text": sentence.words(named.start, named.end) if named else "", "grade": one.mention.grade},
        "clause": sentence.words(clause.start, clause.end) if clause else "",
        "frame": _frame(passage),
        "cues": list(_cues(sentence, passage.language, knowledge)),
        "predicates": [_predicate(sentence, item) for item in predicates(sentence)],
        "outcome": _outcome(one),
        "links": [{"kind": link.kind, "text": link.text} for link in one.links],
    }


def _frame(passage: Passage) -> Record:
    frame = passage.frame
    parts = {
        "headings": [heading.text for heading in frame.headings],
        "lead_in": frame.lead_in.piece.strip() if passage.listed else "",
        "head": frame.head.piece.strip(),
        "label": frame.label.piece.strip(),
    }
    return {key: value for key, value in parts.items() if value}


def _cues(sentence: Sentence, language: str, knowledge: Knowledge) -> Iterator[Record]:
    """Every cue with the row of the language file that it came from."""
    rows = knowledge.languages[language].cues if language in knowledge.languages else {}
    for kind, hits in sorted(sentence.cues.items()):
        if kind in rows:
            for hit in hits:
                yield {
                    "kind": kind,
                    "text": sentence.words(hit.start, hit.end),
                    "file": f"mappings/languages/{language}.toml",
                    "key": f"cue.{kind}",
                }


def _predicate(sentence: Sentence, item: Predicate) -> Record:
    subject = item.subject
    return {
        "text": sentence.words(item.start, item.end),
        "act": item.act,
        "actor": subject.actor,
        "subject": sentence.words(subject.start, subject.end),
        "voice": item.voice,
        "negation": sentence.words(item.negation.start, item.negation.end) if item.negation else "",
    }


def _outcome(one: Reading) -> Record:
    found = one.outcome
    if not isinstance(found, Claim):
        return {"rejected": found.reason, "why": REASONS[found.reason], "cue": found.cue}
    record = {
        "claim": found.polarity,
        "stance": stance_of(found),
        "act": found.act,
        "actor": found.actor,
        "modality": found.modality,
        "scope": found.scope,
        "restricted": found.restricted,
        "excepted": found.excepted,
        "earned_by": found.earned_by,
        "unclear": found.unclear,
    }
    return {key: value for key, value in record.items() if value}


def as_text(records: list[Record]) -> str:
    """The records for a terminal."""
    return "\n".join(line for record in records for line in _lines(record)) + ("\n" if records else "")


def _lines(record: Record) -> Iterator[str]:
    first, last = record["lines"]
    place = f"line {first}" if first == last else f"lines {first}-{last}"
    yield f"{place}: {record['category']} ({record['mention']['grade']}): {record['mention']['text']}"
    yield f"  sentence   {record['sentence']}"
    if record["clause"] != record["sentence"]:
        yield f"  clause     {record['clause']}"
    for name, value in record["frame"].items():
        yield f"  {name:10} {value if isinstance(value, str) else ' > '.join(value)}"
    for item in record["predicates"]:
        negated = f", negated by “{item['negation']}”" if item["negation"] else ""
        who = f"{item['actor']}" + (f" (“{item['subject']}”)" if item["subject"] else "")
        yield f"  predicate  {item['text']}: {item['act']} by {who}, {item['voice']}{negated}"
    for item in record["cues"]:
        yield f"  cue        {item['kind']}: “{item['text']}” ({item['file']}, {item['key']})"
    for item in record["links"]:
        yield f"  link       {item['kind']}: {item['text']}"
    found = record["outcome"]
    if "rejected" in found:
        cue = f" (“{found['cue']}”)" if found["cue"] else ""
        yield f"  rejected   {found['rejected']}: {found['why']}{cue}"
    else:
        yield "  claim      " + ", ".join(f"{key} {value}" for key, value in found.items())
    decision = record["decision"]
    yield f"  verdict    {decision['verdict']} by the rule “{decision['rule']}”, {decision['confidence']} confidence"
    yield ""
