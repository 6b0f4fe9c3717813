"""What was read in, `Report` out: one line per arrow of the picture; the only module that sees every layer.

A run is judged in parts, so that no part needs more than one app: `judge_app` for each, then `judge_rest` once for what
is asked of all together; `joined` makes one report of the parts. `judge` is the three in a row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from permcheck import __version__, checks, match
from permcheck.knowledge import Knowledge
from permcheck.model import (
    AppFacts,
    Assessment,
    CategoryNote,
    Disclosure,
    Document,
    Fact,
    Gap,
    Policy,
    Report,
    RuleNote,
)

KEPT_FACTS = ("signer",)
"""Kinds of fact that the checks of a whole run look at; the others stay with the part of their app."""


@dataclass(slots=True)
class Rest:
    """What `judge_rest` needs of every app, gathered part by part; it grows by some hundred bytes an app."""

    apps: list[AppFacts] = field(default_factory=list)
    cells: list[Assessment] = field(default_factory=list)
    declared: list[Disclosure] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """Categories that some app asks for."""

    def add(self, part: Report, forms: Iterable[Disclosure] = ()) -> None:
        """Take what is needed of the part of one app; ``forms`` are the disclosures of store forms."""
        compared = {said.category for said in (*forms, *part.declarations)}
        self.declared += part.declarations
        for app in part.apps:
            kept = tuple(fact for fact in app.facts if fact.kind in KEPT_FACTS)
            self.apps.append(replace(app, facts=kept, gaps=()))
        for cell in part.assessments:
            # one cell tells that the category is asked for; what a declaration is held against stays whole
            if cell.category in compared or cell.category not in self.asked:
                self.cells.append(replace(cell, facts=cell.facts if cell.category in compared else (), disclosures=()))
            self.asked.add(cell.category)


def understand(app: AppFacts, knowledge: Knowledge) -> AppFacts:
    """The facts with the SDK behind each, what use evidence is worth, and what likely brought a permission.

    Facts that were understood before come out as they are.
    """
    from permcheck.match.attribution import attribute  # noqa: PLC0415  (SDK files are built for apps alone)
    from permcheck.match.evidence import settle  # noqa: PLC0415
    from permcheck.match.ownership import own  # noqa: PLC0415
    from permcheck.match.provenance import suspect  # noqa: PLC0415
    from permcheck.match.use import trace_use  # noqa: PLC0415

    settled = attribute(settle(app, knowledge), knowledge)
    return trace_use(settled, knowledge) if app.platform == "ios" else suspect(own(settled, knowledge), knowledge)


def judge(
    apps: tuple[AppFacts, ...],
    policies: tuple[Policy, ...],
    declared: tuple[Disclosure, ...],
    lost: tuple[Gap, ...],
    knowledge: Knowledge,
    *,
    alone: bool = False,
) -> Report:
    """Everything after reading: facts and disclosures to assessments to findings; needs no file any more.

    ``alone`` judges policies without an app, every category as if one asked for it.
    """
    parts = [judge_app(app, policies, knowledge) for app in apps]
    rest = Rest()
    for part in parts:
        rest.add(part, declared)
    return joined([*parts, judge_rest(rest, policies, declared, lost, knowledge, alone=alone)], knowledge)


def judge_app(
    app: AppFacts, policies: tuple[Policy, ...], knowledge: Knowledge, unread: tuple[Gap, ...] = ()
) -> Report:
    """The part of a run that is about one app: its declarations, the cells that it asks for, and their findings.

    ``unread`` are policies that the app carries and that could not be read.
    """
    from permcheck import declarations  # noqa: PLC0415  (a list of permissions needs neither)
    from permcheck.placeholders import of_app  # noqa: PLC0415
    from permcheck.policy import verdict  # noqa: PLC0415

    app = match.mark(app, knowledge)
    app = replace(app, placeholders=tuple(dict.fromkeys((*app.placeholders, *of_app(app, knowledge)))))
    cells = match.assess((app,), policies, knowledge, verdict)
    case = checks.Case((app,), policies, (), cells, unread)
    return noted(
        Report(
            version=__version__,
            mappings_digest=knowledge.digest,
            apps=(app,),
            declarations=tuple(declarations.of_app(app, knowledge)),
            assessments=cells,
            findings=tuple(checks.run(case, knowledge, only=checks.OF_APPS)),
            gaps=unread,
        ),
        knowledge,
    )


def judge_rest(
    rest: Rest,
    policies: tuple[Policy, ...],
    forms: tuple[Disclosure, ...],
    lost: tuple[Gap, ...],
    knowledge: Knowledge,
    *,
    alone: bool = False,
) -> Report:
    """The part of a run that is about the policies, the store forms, and all apps together."""
    from permcheck.policy import verdict  # noqa: PLC0415  (a list of permissions needs none)

    apps, declared = tuple(rest.apps), (*rest.declared, *forms)
    asked = {cell.category for cell in rest.cells}  # of each that is asked for one cell was kept at least
    if alone:
        cells = match.survey(policies, knowledge, verdict)
    else:
        cells = match.unsupported(apps, asked, policies, knowledge, verdict)
    own = checks.Case(apps, policies, declared, cells, lost)
    whole = replace(own, assessments=(*rest.cells, *cells))
    only = checks.CHECKS.keys() - {"coverage"} if alone or not apps else checks.OF_RUNS
    findings = (*checks.run(own, knowledge, only=("coverage",)), *checks.run(whole, knowledge, only=only))
    return noted(
        Report(
            version=__version__,
            mappings_digest=knowledge.digest,
            policies=policies,
            declarations=forms,
            assessments=cells,
            findings=tuple(findings),
            gaps=lost,
        ),
        knowledge,
    )


def lost_app(gap: Gap, knowledge: Knowledge) -> Report:
    """The part of a run for an app that could not be read."""
    case = checks.Case((), (), (), (), (gap,))
    found = tuple(checks.run(case, knowledge, only=("gaps",)))
    return noted(Report(__version__, knowledge.digest, gaps=(gap,), findings=found), knowledge)


def permissions_of(app: AppFacts, knowledge: Knowledge) -> Report:
    """What one app asks for, without a policy: facts, no assessment."""
    return noted(Report(__version__, knowledge.digest, apps=(app,)), knowledge)


def lint(documents: Iterable[Document], lost: tuple[Gap, ...], knowledge: Knowledge) -> Report:
    """Only the unfilled template text of policies, without reading their disclosures."""
    from permcheck import placeholders  # noqa: PLC0415  (an app-only run needs none)

    found = tuple(placeholders.lint(document, knowledge) for document in documents)
    case = checks.Case((), found, (), (), lost)
    findings = tuple(checks.run(case, knowledge, only=("placeholders", "gaps")))
    return noted(Report(__version__, knowledge.digest, policies=found, gaps=lost, findings=findings), knowledge)


def joined(parts: Iterable[Report], knowledge: Knowledge) -> Report:
    """One report of the parts of a run, in the order in which a run over all of it at once would tell it."""
    every = tuple(parts)
    order = {name: number for number, name in enumerate(knowledge.categories)}
    rules = {note.id: note for part in every for note in part.rules}
    notes = {note.id: note for part in every for note in part.categories}
    return Report(
        version=__version__,
        mappings_digest=knowledge.digest,
        apps=tuple(app for part in every for app in part.apps),
        policies=tuple(policy for part in every for policy in part.policies),
        declarations=tuple(said for part in every for said in part.declarations),
        assessments=tuple(
            sorted((cell for part in every for cell in part.assessments), key=lambda cell: order[cell.category])
        ),
        findings=tuple(checks.ordered(found for part in every for found in part.findings)),
        gaps=tuple(gap for part in every for gap in part.gaps),
        obeyed=knowledge.overlays,
        categories=tuple(notes[name] for name in knowledge.categories if name in notes),
        rules=tuple(rules[name] for name in knowledge.rules if name in rules),
        fact_categories=tuple(pair for part in every for pair in part.fact_categories),
    )


def noted(report: Report, knowledge: Knowledge) -> Report:
    """The report with all that renderers need to say of categories and rules."""
    fact_categories: tuple[tuple[Fact, tuple[str, ...]], ...] = tuple(
        pair for app in report.apps for pair in match.categorise(app, knowledge)
    )
    used = {name for _, names in fact_categories for name in names} | {a.category for a in report.assessments}
    used |= {d.category for policy in report.policies for d in policy.disclosures}
    fired = {finding.rule for finding in report.findings}
    return replace(
        report,
        obeyed=knowledge.overlays,
        fact_categories=fact_categories,
        categories=tuple(
            CategoryNote(c.id, c.title, c.meaning, c.play) for c in knowledge.categories.values() if c.id in used
        ),
        rules=tuple(
            RuleNote(r.id, r.name, r.severity, r.title, r.why, r.fix, r.references, r.area, r.change)
            for r in knowledge.rules.values()
            if r.id in fired
        ),
    )
