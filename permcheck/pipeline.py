"""Paths in, `Report` out: one line per arrow of the picture; the only module that sees every layer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from permcheck import __version__, bundles, checks, declarations, inputs, match
from permcheck.errors import InputError, UsageError, reason_of
from permcheck.inputs import Inputs, Progress
from permcheck.knowledge import Knowledge
from permcheck.model import AppFacts, CategoryNote, Disclosure, Fact, Gap, Placeholder, Policy, Report, RuleNote


def check(given: Inputs, knowledge: Knowledge, progress: Progress = lambda _: None) -> Report:
    """Read everything, join it and ask every rule. An input that cannot be read becomes a fatal gap of the report."""
    pending = inputs.start_apps(given.apps, knowledge, busy=bool(given.policies))
    policies, lost_policies = inputs.read_policies(given.policies, knowledge)
    apps, lost_apps = pending(progress)
    apps = tuple(inputs.trace_permissions(apps, given.merger_reports))
    bundled, unread = inputs.bundled_policies(apps, given.apps, knowledge)
    if not given.policies and not bundled and not lost_apps:
        raise UsageError("no --policy is given, and no bundle carries a policy of its own")
    told, slots, lost_forms = inputs.read_forms(given.data_safety, knowledge)
    apps = tuple(_carrying(app, bundled if given.policies else (), slots) for app in apps)
    declared = (*(said for app in apps for said in declarations.of_app(app, knowledge)), *told)
    lost = lost_apps + lost_policies + lost_forms + unread
    return judge(apps, policies if given.policies else bundled, declared, lost, knowledge)


def _carrying(app: AppFacts, bundled: Iterable[Policy], form: tuple[Placeholder, ...]) -> AppFacts:
    """The app with the template text of its store form, and of the policies that it carries beside the given one."""
    carried = (policy for policy in bundled if policy.document.path.startswith(f"{app.path}!/"))
    own = tuple(found for policy in carried for found in policy.placeholders)
    return replace(app, placeholders=own + form if app.platform == "android" else own)


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
    from permcheck.placeholders import of_app  # noqa: PLC0415  (a list of permissions needs neither)
    from permcheck.policy import verdict  # noqa: PLC0415

    apps = tuple(replace(app, placeholders=(*app.placeholders, *of_app(app, knowledge))) for app in apps)
    if alone:
        assessments = match.survey(policies, knowledge, verdict)
    else:
        assessments = match.assess(apps, policies, knowledge, verdict)
    case = checks.Case(apps, policies, declared, assessments, lost)
    return _noted(
        Report(
            version=__version__,
            mappings_digest=knowledge.digest,
            apps=apps,
            policies=policies,
            declarations=declared,
            assessments=assessments,
            findings=tuple(checks.run(case, knowledge)),
            gaps=lost,
        ),
        knowledge,
    )


def list_permissions(apps: Sequence[Path], knowledge: Knowledge, progress: Progress = lambda _: None) -> Report:
    """What apps ask for, without a policy: facts and what was lost, no assessment."""
    found, lost = inputs.start_apps(apps, knowledge)(progress)
    return _noted(Report(__version__, knowledge.digest, apps=found, gaps=lost), knowledge)


def check_policies(policies: Sequence[Path], knowledge: Knowledge) -> Report:
    """What policies disclose and leave unfilled; every category judged as if an app asked for it."""
    found, lost = inputs.read_policies(policies, knowledge)
    return judge((), found, (), lost, knowledge, alone=True)


def lint_policies(policies: Iterable[Path], knowledge: Knowledge) -> Report:
    """Only the unfilled template text of policies, without reading their disclosures."""
    from permcheck.documents import read_document  # noqa: PLC0415
    from permcheck.placeholders import lint  # noqa: PLC0415  (an app-only run needs neither)

    def read(path: Path) -> Policy:
        document = read_document(path, inputs.display(path))
        heard = tuple(gap for gap in document.gaps if not gap.silences)  # an excerpt is enough to find slots in
        return lint(replace(document, gaps=heard), knowledge)

    found, lost = inputs.each(policies, read)
    findings = tuple(checks.run(checks.Case((), found, (), (), lost), knowledge, only=("placeholders", "gaps")))
    return _noted(Report(__version__, knowledge.digest, policies=found, gaps=lost, findings=findings), knowledge)


def report_of(path: Path, knowledge: Knowledge) -> Report:
    """The report of whatever stands there: an earlier JSON report, a bundle or a policy. Raises `InputError`."""
    if path.suffix.lower() == ".json":
        from permcheck.reports.json import load  # noqa: PLC0415  (only where an old report is read)

        try:
            return load(path.read_text(encoding="utf-8"), inputs.display(path))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{inputs.display(path)}: {reason_of(error)}") from error
    if path.is_dir() or bundles.is_bundle(path):
        report = list_permissions(inputs.find_bundles((path,)), knowledge)
    else:
        report = check_policies((path,), knowledge)
    if report.gaps:
        raise InputError(f"{report.gaps[0].location.path}: {report.gaps[0].reason}")
    return report


def _noted(report: Report, knowledge: Knowledge) -> Report:
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
            RuleNote(r.id, r.name, r.severity, r.title, r.why, r.fix, r.references)
            for r in knowledge.rules.values()
            if r.id in fired
        ),
    )
