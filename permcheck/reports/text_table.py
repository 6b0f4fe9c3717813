"""A `Report` in, the tables of the terminal report out: categories by verdict, apps by what is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from permcheck.model import AppFacts, Fact, Report, Verdict
from permcheck.reports.conclusion import by_badness
from permcheck.reports.matrix import ASKING, Row, is_asked, platforms, rows, unique, worst_first
from permcheck.reports.page import TONES, Page
from permcheck.reports.plain import clip, line, pad, width
from permcheck.reports.wording import PLATFORMS, VERDICTS, count, detail, short_key, source_of, where

SETTLED: tuple[Verdict, ...] = ("disclosed", "unsupported", "denied")
"""Verdicts that a table of two or more apps, or of many rows, tells in one line each."""


def matrix(report: Report, page: Page) -> Iterator[str]:
    """Category, one column per platform, verdict, where; worst first, and a line for each verdict that is settled."""
    found = [row for row in worst_first(rows(report)) if page.verbose or not is_unmentioned(row)]
    shown = [row for row in found if page.verbose or row.verdict not in SETTLED]
    if shown:
        yield from _grid(report, shown, page)
    for verdict in SETTLED:
        titles = [row.category.title for row in found if row.verdict == verdict and row not in shown]
        if titles:
            glyph, word = VERDICTS[verdict]
            head = f"{glyph} {word} ({len(titles)})"
            yield from _settled(head, ", ".join(titles), TONES.get(verdict, ""), page)


def _settled(head: str, titles: str, tone: str, page: Page) -> Iterator[str]:
    pieces = list(page.paragraph(f"{head}: {titles}", 0))
    pieces[0] = page.paint(pieces[0][: len(head)], tone) + pieces[0][len(head) :]
    yield from pieces


def _grid(report: Report, shown: list[Row], page: Page) -> Iterator[str]:
    columns = platforms(report)
    stores = _declared_to_stores(report) if page.width >= 80 else {}
    labels = [PLATFORMS[platform] for platform in columns]
    marks = [8 if len(paths) > 1 else len(label) for label, paths in zip(labels, columns.values(), strict=True)]
    sizes = [*marks, *([8] if stores else []), 18]
    longest = max([8, *(width(line(row.category.title)) for row in shown)])
    sizes.insert(0, max(8, min(longest, page.width - sum(sizes) - 2 * len(sizes) - (10 if page.width >= 80 else 0))))
    rest = page.width - sum(sizes) - 2 * len(sizes)
    head = ["Category", *labels, *(["Declared"] if stores else []), "Policy", "Where"]
    yield page.paint(_cells(head, [*sizes, max(5, rest)]).rstrip() if rest > 5 else _cells(head[:-1], sizes), "bold")
    for row in shown:
        glyph, word = VERDICTS[row.verdict]
        asked = [_asked(row, paths) for paths in columns.values()]
        asked += [stores.get(row.category.id, "-")] if stores else []
        left = _cells([line(row.category.title), *asked], sizes[:-1])
        verdict = page.paint(pad(f"{glyph} {word}", 18), TONES.get(row.verdict, ""))
        yield f"{left}  {verdict}  {_fitting(_where(row, report), rest) if rest > 5 else ''}".rstrip()


def _declared_to_stores(report: Report) -> dict[str, str]:
    """Category -> ``declared``, ``denied``, or ``both`` where two declarations disagree."""
    words: dict[str, str] = {}
    for item in report.declarations:
        word = "denied" if item.stance == "denied" else "declared"
        words[item.category] = word if words.get(item.category, word) == word else "both"
    return words


def _cells(values: Sequence[str], sizes: Sequence[int]) -> str:
    return "  ".join(pad(value, size) for value, size in zip(values, sizes, strict=True))


def _asked(row: Row, paths: list[str]) -> str:
    asking = sum(1 for cell in row.on(paths) if is_asked(cell))
    if len(paths) == 1:
        return "yes" if asking else "-"
    return f"{asking} of {len(paths)}" if asking else "-"


def _where(row: Row, report: Report) -> tuple[str, ...]:
    """The policy's places for what it says, the platform's names for what it does not say."""
    if row.disclosures:
        return unique(source_of(item, short=len(report.policies) == 1) for item in row.disclosures)
    asking = sorted(row.facts, key=lambda fact: fact.kind not in ASKING)
    return unique(short_key(fact).rpartition(".")[2] for fact in asking)


def _fitting(words: Sequence[str], columns: int) -> str:
    """As many of the words as fit, then how many are left; no word is cut unless it is alone too long."""
    for number in range(len(words), 0, -1):
        left = len(words) - number
        said = line(", ".join(words[:number])) + (f" +{left}" if left else "")
        if width(said) <= columns or number == 1:
            return clip(said, columns)
    return ""


def is_unmentioned(row: Row) -> bool:
    """Whether a row says only that a policy, read without an app, does not mention a category."""
    return row.verdict == "silent" and not any(cell.app for cell in row.cells)


def apps(report: Report, page: Page) -> Iterator[str]:
    """A line per app: worst first, its findings by severity, and how many categories have which verdict."""
    ranked = by_badness(report)
    names = min(max([4, *(width(_named(app)) for app, _, _ in ranked)]), page.width // 3)
    sizes = [names, 8, 6, 8]
    rest = max(4, page.width - sum(sizes) - 2 * len(sizes))
    yield page.paint(_cells(["App", "Platform", "errors", "warnings"], sizes).rstrip() + "  categories", "bold")
    fits = all(width(_in_words(verdicts)) <= rest for _, _, verdicts in ranked)  # a total is never cut off
    for app, totals, verdicts in ranked:
        left = _cells([_named(app), PLATFORMS[app.platform], str(totals.error), str(totals.warning)], sizes)
        tone = "red" if totals.error else "yellow" if totals.warning else "green"
        yield f"{page.paint(left, tone)}  {(_in_words if fits else _in_signs)(verdicts)}"


def _in_words(verdicts: Mapping[Verdict, int]) -> str:
    return ", ".join(f"{number} {VERDICTS[verdict][1]}" for verdict, number in verdicts.items())


def _in_signs(verdicts: Mapping[Verdict, int]) -> str:
    signs = Counter[str]()
    for verdict, number in verdicts.items():
        signs[VERDICTS[verdict][0]] += number
    return " ".join(f"{sign}{number}" for sign, number in signs.items())


def _named(app: AppFacts) -> str:
    return line(" ".join(filter(None, (app.name or app.app_id, app.version))))


def permissions(report: Report, page: Page) -> Iterator[str]:
    """For each app its facts by leading category; code references are counted unless everything is asked for."""
    titles = {note.id: note.title for note in report.categories}
    categories = dict(report.fact_categories)
    for number, app in enumerate(report.apps):
        groups: dict[str, list[Fact]] = {name: [] for name in (*titles, "")}
        for fact in app.facts:
            leading = (categories.get(fact) or ("",))[0]
            if leading or fact.kind in ASKING:
                groups.setdefault(leading, []).append(fact)
        if len(report.apps) > 1:
            yield from [""] * bool(number)
            yield page.paint(line(clip(app.path, 200)), "bold")
        for name, facts in groups.items():
            yield from _group(titles.get(name, name) or "Uncategorised", facts, page)


def _group(title: str, facts: list[Fact], page: Page) -> Iterator[str]:
    code = ("api-call", "class", "objc-class", "symbol", "selector", "intent", "provider")
    shown = [fact for fact in facts if page.verbose or fact.kind not in code]
    shown.sort(key=lambda fact: fact.kind not in ASKING)
    lines = list(unique(_evidence(fact, page) for fact in shown))
    if len(facts) > len(shown):
        lines.append(f"{count(len(facts) - len(shown), 'code reference')} (--verbose lists them)")
    indent = min(31, page.width // 3)
    for number, text in enumerate(lines):
        yield from page.paragraph(text, indent, clip(line(title), indent - 2) if number == 0 else "")


def _evidence(fact: Fact, page: Page) -> str:
    named = " · ".join(filter(None, (f"{fact.kind} {fact.key}", detail(fact))))
    return f"{named} · {where(fact.location)}" if page.verbose else clip(named, 400)
