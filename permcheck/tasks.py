"""What a guarded process does with one input: bytes or a path in, facts, a policy or a part of the report out.

Every function gets the `State` of its process first. What it keeps there only saves work: a process that is replaced
starts without it and answers the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from permcheck import inputs, pipeline
from permcheck.inputs import Form
from permcheck.knowledge import Knowledge
from permcheck.model import AppFacts, Assessment, Disclosure, Document, Gap, Placeholder, Policy, Report
from permcheck.workers import Sealed

Policies = tuple[tuple[str, Sealed], ...]
"""Policies with a name for each, equal for equal content and path."""
POLICIES = 64
"""Policies that a process keeps unpickled."""


@dataclass(slots=True)
class State:
    """What a process has at hand."""

    knowledge: Knowledge
    apps: dict[str, AppFacts] = field(default_factory=dict)
    """Facts that were read and wait to be judged, by path."""
    policies: OrderedDict[str, Policy] = field(default_factory=OrderedDict)


@dataclass(frozen=True, slots=True)
class Shared:
    """What every app of a run is judged with; ``forms`` is template text left in the store forms."""

    policies: Policies = ()
    forms: tuple[Placeholder, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    renaming: str = ""
    """A shrinker's map, by which classes of Android apps get their names back."""
    carried: bool = False
    """Whether the policies are those that the bundles carry: judged as policies then, not as text of an app."""
    judged: bool = True
    """False for a list of permissions."""


def facts(state: State, path: Path, shown: str) -> AppFacts:
    """What a bundle says, before anything is thought of it."""
    return inputs.read_app(path, shown, state.knowledge)


def policy(state: State, data: bytes, shown: str) -> Policy:
    """A policy, read."""
    return inputs.read_policy(data, shown, state.knowledge)


def trace(state: State, data: bytes, shown: str, line: int | None, category: str) -> list[dict[str, Any]]:
    """How a policy was read, mention by mention."""
    from permcheck import policy  # noqa: PLC0415  (only where somebody asks why)

    return policy.trace(inputs.document_of(data, shown, state.knowledge), state.knowledge, line, category)


def document(state: State, data: bytes, shown: str) -> Document:
    """The text of a policy."""
    return inputs.document_of(data, shown, state.knowledge)


def form(state: State, data: bytes, shown: str) -> tuple[tuple[Disclosure, ...], tuple[Placeholder, ...]]:
    """A store form, read."""
    found: Form = inputs.read_form(data, shown, state.knowledge)
    return found.said, found.slots


def read(state: State, path: Path, shown: str) -> None:
    """Read a bundle and keep what it says for `app`."""
    state.apps[str(path)] = inputs.read_app(path, shown, state.knowledge)


def carried(state: State, path: Path, shown: str) -> tuple[tuple[Policy, ...], tuple[Gap, ...]]:
    """Read a bundle, keep what it says for `app`, and give the policies that it carries."""
    read(state, path, shown)
    understood = pipeline.understand(state.apps[str(path)], state.knowledge)
    return inputs.bundled_policies(understood, path, state.knowledge)


def app(state: State, path: Path, shown: str, shared: Shared) -> Report:
    """One app's part of the report; it is read now unless this process has done so."""
    found = state.apps.pop(str(path), None) or inputs.read_app(path, shown, state.knowledge)
    if shared.renaming and found.platform == "android":
        found = inputs.with_own_names(found, shared.renaming)
    found = pipeline.understand(found, state.knowledge)
    if shared.origins and found.platform == "android":
        from permcheck.match import provenance  # noqa: PLC0415  (only when given)

        found = provenance.trace(found, shared.origins)
    if not shared.judged:
        return pipeline.permissions_of(found, state.knowledge)
    own: tuple[Policy, ...] = ()
    unread: tuple[Gap, ...] = ()
    if not shared.carried:
        own, unread = inputs.bundled_policies(found, path, state.knowledge)
    slots = tuple(slot for one in own for slot in one.placeholders)
    found = replace(found, placeholders=slots + shared.forms if found.platform == "android" else slots)
    return pipeline.judge_app(found, opened(state, shared.policies), state.knowledge, unread)


def warm(state: State, policies: Policies) -> None:
    """Load and compile what judging these policies needs, while nothing else is to be done."""
    pipeline.judge_rest(pipeline.Rest(), opened(state, policies), (), (), state.knowledge)


def rest(
    state: State,
    gathered: tuple[tuple[AppFacts, ...], tuple[Assessment, ...], tuple[Disclosure, ...]],
    policies: Policies,
    forms: tuple[Disclosure, ...],
    lost: tuple[Gap, ...],
    alone: bool,
) -> Report:
    """What is asked of all apps of a run together, and of the policies; without these, which the parent has."""
    apps, cells, declared = gathered
    whole = pipeline.Rest(list(apps), list(cells), list(declared))
    part = pipeline.judge_rest(whole, opened(state, policies), forms, lost, state.knowledge, alone=alone)
    return replace(part, policies=())


def opened(state: State, policies: Policies) -> tuple[Policy, ...]:
    """The policies, each unpickled once for this process, so that what is remembered of one is found again."""
    found = []
    for name, sealed in policies:
        if name not in state.policies:
            state.policies[name] = sealed.open()
            while len(state.policies) > POLICIES:
                state.policies.popitem(last=False)
        found.append(state.policies[name])
    return tuple(found)
