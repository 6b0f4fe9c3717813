"""A word as people type it in, what it means out: a rule, category, platform name, SDK, verdict or exit code."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from permcheck.errors import UsageError

if TYPE_CHECKING:
    from permcheck.knowledge import Knowledge
    from permcheck.knowledge.schema import Category, Sdk, Signal

VERDICTS = {
    "disclosed": "The app can access it, and the policy names it in a sentence that the report quotes.",
    "vague": "The app can access it, but the policy refers to it only in general terms or names something narrower. "
    "Finding: PC102.",
    "contradicted": "The app can access it, but the policy denies it, or discloses and denies the same thing. "
    "Finding: PC103.",
    "denied": "The policy says that it is not accessed. Without an app, this is neither right nor wrong.",
    "placeholder-only": "The app can access it, but only unfinished placeholder text mentions it. Finding: PC104.",
    "silent": "The app can access it, but the policy does not mention it. Finding: PC101.",
    "unsupported": "The policy claims it, but no checked app requests it. Finding: PC105.",
    "not-checked": "The policy could not be fully checked for it. This is never a pass. Finding: PC904.",
}
"""Verdict -> what it means."""
SHOWN = {"not mentioned": "silent", "not requested": "unsupported", "placeholder only": "placeholder-only"}
"""How reports word a verdict -> its name."""
EXITS = {
    "0": "No finding at --fail-on (default: error) or above.",
    "1": "There are findings at --fail-on or above. Known and waived findings do not count.",
    "2": "Wrong usage, or a broken configuration or mapping. Nothing was checked.",
    "3": "Incomplete: an input could not be read, or the policy could not be fully checked. --allow-incomplete accepts "
    "this.",
}
"""Exit code -> what it means."""


def explained(name: str, knowledge: Knowledge) -> str:
    """What a name stands for. Raises `UsageError` with the nearest names."""
    from permcheck.knowledge.manual import describe  # noqa: PLC0415  (--help loads no heavy module)

    word = name.strip().strip("`'\"")
    for rule in knowledge.rules.values():
        if word.casefold() in (rule.id.casefold(), rule.name):
            return describe(rule)
    text = _fixed(word) or (_platform_name(word, knowledge) if _looks_like_a_key(word) else "")
    if text:
        return text
    for category in knowledge.categories.values():
        if word.casefold() in (category.id, category.title.casefold()):
            return describe(category)
    found = _sdk(word, knowledge) or _platform_name(word, knowledge)
    if found:
        return found
    raise UsageError(_unknown(word, knowledge))


def _fixed(word: str) -> str:
    """A verdict or an exit code."""
    plain = word.casefold().removeprefix("exit").removeprefix(" code").strip()
    verdict = SHOWN.get(plain, plain.replace(" ", "-"))
    if verdict in VERDICTS:
        return f"{verdict} (verdict)\n{VERDICTS[verdict]}"
    return f"exit code {plain}\n{EXITS[plain]}" if plain in EXITS else ""


def _looks_like_a_key(word: str) -> bool:
    return "." in word or word.isupper() or word.startswith(("NS", "UI", "_"))


def _platform_name(word: str, knowledge: Knowledge) -> str:
    """A permission, purpose string, entitlement or API: by its whole name, or by its last part, what asks first."""
    pairs = [(c, s) for c in knowledge.categories.values() for s in c.signals]
    whole = [pair for pair in pairs if pair[1].key == word]
    part = [pair for pair in pairs if word.casefold() in (pair[1].key.casefold(), _last(pair[1].key))]
    prefix = [pair for pair in pairs if len(pair[1].key) > 4 and _covers(pair[1].key, word)]
    found = whole or sorted(part, key=lambda pair: not pair[1].asks)[:1] or prefix
    return "\n".join(_signals(found))


def _covers(key: str, word: str) -> bool:
    return key.endswith("*") and word.startswith(key[:-1])


def _last(key: str) -> str:
    return key.rpartition(".")[2].casefold()


def _signals(found: list[tuple[Category, Signal]]) -> Iterator[str]:
    for number, (category, signal) in enumerate(found):
        if number:
            yield ""
        platform = "Android" if signal.platform == "android" else "iOS"
        yield f"{signal.key} ({platform} {signal.kind})"
        yield f"Gives access to: {category.title}. {category.meaning}" if signal.asks else f"Shows: {category.title}"
        if not category.judged:
            yield "No disclosure is expected."
        elif signal.asks:
            yield "The policy must disclose it (PC101 where it is not mentioned, PC102 vague, PC103 denied)."
            told = next((e.text for e in category.examples.get("en", ()) if e.stance == "disclosed"), "")
            yield from ([f'A sentence that discloses it: "{told}"'] if told else [])
        yield from ([signal.note] if signal.note else [])
        yield f"More: permcheck explain {category.id}"
        yield f"Source\n  {signal.source}"


def _sdk(word: str, knowledge: Knowledge) -> str:
    plain = word.casefold()
    for sdk in knowledge.sdks.values():
        if plain in (sdk.id, sdk.name.casefold()) or any(plain == package.casefold() for package in sdk.packages):
            return "\n".join(_about(sdk, knowledge))
    return ""


def _about(sdk: Sdk, knowledge: Knowledge) -> Iterator[str]:
    yield f"{sdk.name} (SDK of {sdk.vendor}, {sdk.kind})"
    titles = [knowledge.categories[name].title for name in sdk.categories if name in knowledge.categories]
    if titles:
        yield f"By its own disclosure it can collect data on: {', '.join(titles)}. The policy must cover this: PC110."
    else:
        yield "No collection is on record for it."
    if sdk.packages:
        yield f"Recognised by: {', '.join(sdk.packages[:4])}"
    yield "Sources"
    yield from (f"  {link}" for link in (sdk.disclosure, sdk.policy, sdk.source) if link)


def _unknown(word: str, knowledge: Knowledge) -> str:
    names = {name.casefold(): name for name in _names(knowledge)}
    plain = word.casefold()
    close = difflib.get_close_matches(plain, names, n=3, cutoff=0.6)
    close += [name for name in names if len(plain) > 3 and plain in name and name not in close]
    hint = f"; did you mean {', '.join(names[name] for name in close[:3])}?" if close else ""
    return f"nothing is called {word!r}{hint}"


def _names(knowledge: Knowledge) -> Iterator[str]:
    yield from knowledge.categories
    yield from knowledge.rules
    yield from (rule.name for rule in knowledge.rules.values())
    yield from VERDICTS
    yield from (sdk.name for sdk in knowledge.sdks.values())
    for category in knowledge.categories.values():
        for signal in category.signals:
            yield signal.key
            yield signal.key.rpartition(".")[2]
