"""The mappings in, generated pages of the site out: rules, categories, the reference of the mappings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from permcheck.cli.starter import starter
from permcheck.knowledge import Knowledge, load_knowledge
from permcheck.knowledge.cue import KINDS
from permcheck.knowledge.declared import docs_of, rows
from permcheck.knowledge.parameters import CHECKS
from permcheck.knowledge.schema import (
    Category,
    Grammar,
    Language,
    MappingTest,
    Phrases,
    PolicyExample,
    Rule,
    RuleExample,
    Sdk,
    Signal,
    Tests,
)
from permcheck.placeholders.rules import Pattern

ROOT = Path(__file__).parent.parent
LANGUAGES = {"en": "English", "zh": "Chinese", "de": "German", "fr": "French", "es": "Spanish", "ja": "Japanese"}
INCLUDE = re.compile(r'--8<-- "([^"]+)"')
PLATFORMS = {"android": "Android", "ios": "iOS"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    knowledge = load_knowledge()
    pages = {
        "rules/index.md": rules_index(knowledge),
        "categories/index.md": categories_index(knowledge),
        "mappings/reference.md": reference(),
        "changes.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        "security.md": security(),
        **{f"rules/{rule.id}.md": rule_page(rule, knowledge) for rule in knowledge.rules.values()},
        **{f"categories/{one.id}.md": category_page(one, knowledge) for one in knowledge.categories.values()},
        **schemas(),
    }
    for path, content in pages.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Put the text of a file of the repository where a page names it, so that there is only one of it."""
    return INCLUDE.sub(lambda match: _included(match.group(1)), markdown)


def _included(name: str) -> str:
    if name.startswith("starter:"):
        return starter()[name.removeprefix("starter:")].rstrip()
    text = (ROOT / name.removesuffix(":inputs")).read_text(encoding="utf-8")
    return (text.partition("runs:\n")[0] if name.endswith(":inputs") else text).rstrip()


def security() -> str:
    """What the repository says of threats."""
    path = ROOT / "SECURITY.md"
    return path.read_text(encoding="utf-8") if path.exists() else "# Threat model\n"


def schemas() -> dict[str, str]:
    """The JSON Schema files, served beside the pages."""
    found = {f"schema/{path.name}": path for path in (ROOT / "mappings" / "schema").glob("*.json")}
    found["schema/report.schema.json"] = ROOT / "permcheck" / "reports" / "report.schema.json"
    return {name: json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=1) for name, path in found.items()}


def rules_index(knowledge: Knowledge) -> str:
    """All rules in one table."""
    lines = ["# Rules", "", "Every page is made of the rule's own file.", ""]
    lines += ["| rule | name | severity | what it finds |", "|---|---|---|---|"]
    lines += [f"| [{r.id}]({r.id}.md) | {r.name} | {r.severity} | {_cell(r.title)} |" for r in knowledge.rules.values()]
    return "\n".join(lines) + "\n"


def categories_index(knowledge: Knowledge) -> str:
    """All categories in one table."""
    lines = ["# Categories", "", "What an app can reach, and how policies speak of it.", ""]
    lines += ["| category | title | what can be reached |", "|---|---|---|"]
    every = knowledge.categories.values()
    lines += [f"| [{one.id}]({one.id}.md) | {_cell(one.title)} | {_cell(one.meaning)} |" for one in every]
    return "\n".join(lines) + "\n"


def rule_page(rule: Rule, knowledge: Knowledge) -> str:
    """One rule: what, why, fix, sources, examples, parameters."""
    return "\n".join(_rule(rule, knowledge)) + "\n"


def _rule(rule: Rule, knowledge: Knowledge) -> Iterator[str]:
    yield f"# {rule.id} {rule.name}\n\n{_plain(rule.title)}\n"
    yield f"Severity **{rule.severity}**, confidence {rule.confidence}, check `{rule.check}`.\n"
    yield f"## Why\n\n{_plain(rule.why)}\n\n## What to do\n\n{_plain(rule.fix)}\n"
    yield "## Sources\n"
    yield from (f"- <{reference}>" if "://" in reference else f"- {reference}" for reference in rule.references)
    yield f"\nLast compared with its sources on {rule.checked}.\n" if rule.checked else ""
    yield from _examples("Found", [example for example in rule.examples if example.finds])
    yield from _examples("Passed", [example for example in rule.examples if not example.finds])
    category = rule.params.get("category")
    if category in knowledge.categories:
        yield f"\nCategory: [{knowledge.categories[category].title}](../categories/{category}.md)\n"
    waiver = "a [waiver](../configuration.md#waivers)"
    yield f"\nIts file is `mappings/rules/{rule.id}.toml`; {waiver} names it as `{rule.id}`.\n"


def _examples(title: str, examples: list[RuleExample]) -> Iterator[str]:
    if examples:
        yield f"## {title}\n"
    for example in examples:
        text = "\n".join(_example(example))
        fence = "~" * max(3, 1 + _longest_run(text))
        yield f"{fence}text\n{text}\n{fence}\n"
        if example.note:
            yield f"{_plain(example.note)}\n"


def _example(example: RuleExample) -> Iterator[str]:
    if example.facts:
        yield f"app ({PLATFORMS[example.platform]}): {'; '.join(example.facts)}"
    for name in ("policy", "policies", "excerpt", "bundled", "declared", "waivers", "unread", "unread_parts"):
        value = getattr(example, name)
        yield from (f"{name}: {text}" for text in ((value,) if isinstance(value, str) else value) if text)
    if example.finds:
        yield f"finds: {'; '.join(example.finds)}"


def category_page(category: Category, knowledge: Knowledge) -> str:
    """One category: platform names, words, sentences, draft clauses."""
    return "\n".join(_category(category, knowledge)) + "\n"


def _category(category: Category, knowledge: Knowledge) -> Iterator[str]:
    yield f"# {category.title}\n\n`{category.id}`: {_plain(category.meaning)}\n"
    if category.parent:
        parent = knowledge.categories[category.parent]
        yield f"A policy that only speaks of [{parent.title}]({parent.id}.md) tells it vaguely.\n"
    for platform, name in PLATFORMS.items():
        signals = [signal for signal in category.signals if signal.platform == platform]
        if signals:
            yield f"## {name}\n\n| kind | name | | source |\n|---|---|---|---|"
            yield from map(_signal, signals)
            yield ""
    for code, phrases in category.phrases.items():
        yield f"## {LANGUAGES.get(code, code)}\n"
        yield from _words(phrases)
        yield from _sentences(category, code)


def _signal(signal: Signal) -> str:
    role = "asks" if signal.asks else "shows use"
    return f"| {signal.kind} | `{signal.key}` | {role} | [source]({signal.source}) |"


def _words(phrases: Phrases) -> Iterator[str]:
    said = docs_of(Phrases)
    for name in ("clear", "vague", "veto", "label", "product", "purpose"):
        words = getattr(phrases, name)
        if words:
            yield f"`{name}`: {_plain(said[name])}\n\n```text\n" + "\n".join(words) + "\n```\n"


def _sentences(category: Category, code: str) -> Iterator[str]:
    examples: tuple[PolicyExample, ...] = category.examples.get(code, ())
    if examples:
        yield "| sentence | is read as |\n|---|---|"
        yield from (f"| {_cell(example.text)} | {example.stance} |" for example in examples)
        yield ""
    if category.drafts.get(code):
        yield f"Draft clause:\n\n```text\n{category.drafts[code]}\n```\n"


def reference() -> str:
    """Every key of every file, and the parameters of every check."""
    return "\n".join(_reference()) + "\n"


def _reference() -> Iterator[str]:
    yield "# Mappings reference\n\nMade of the classes by which the loader checks the files.\n"
    yield "Editors get the same from JSON Schema:\n"
    yield from (
        f"- [`{name}.schema.json`](../schema/{name}.schema.json)"
        for name in ("category", "rule", "sdk", "language", "tests")
    )
    yield ""
    files = {"categories": Category, "rules": Rule, "sdks": Sdk, "languages": Language, "tests": Tests}
    for section, cls in files.items():
        yield f"## {section} {{ #{cls.__name__.lower()} }}\n\n`{section}/<name>.toml`\n"
        yield from _table(cls)
    for cls in (Signal, Phrases, PolicyExample, RuleExample, Grammar, MappingTest):
        yield f"## {cls.__name__}\n"
        yield from _table(cls)
    yield "## Kinds of cue\n\nWhat a language says under `[cue]`.\n\n| kind | means | example |\n|---|---|---|"
    for kind, cue in KINDS.items():
        yield f"| `{kind}` | {_cell(cue.definition)} | {_cell(cue.positive)} |"
    yield ""
    yield "## Parameters of checks\n\nWhat a rule says under `[with]`, and the words that its `message` may name.\n"
    for name, check in CHECKS.items():
        yield f"### {name}\n\nWords: {', '.join(f'`{{{word}}}`' for word in check.fields)}\n"
        yield from _needs(check.choice, check.needs)
        yield from _table(check.schema)
    for cls in (Pattern,):
        yield f"### {cls.__name__} {{ #{cls.__name__.lower()} }}\n"
        yield from _table(cls)
    for name, cls in (("pair", CHECKS["pairing"].schema), ("duty", CHECKS["presence"].schema)):
        yield f"### {name} {{ #{cls.__name__.lower()} }}\n\nAs the parameters above, one table a question.\n"


def _needs(choice: str, needs: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for value, keys in needs.items():
        said = (" or ".join(f"`{option}`" for option in key.split("|")) for key in keys)
        yield f'- `{choice} = "{value}"` needs {", ".join(said)}'
    yield ""


def _table(cls: type[object]) -> Iterator[str]:
    found = list(rows(cls))
    if not found:
        yield "No parameters.\n"
        return
    yield "| key | value | default | |\n|---|---|---|---|"
    yield from (f"| `{key}` | {_cell(kind)} | {default} | {_cell(text)} |" for key, kind, default, text in found)
    yield ""


def _plain(text: str) -> str:
    """Prose of the mappings, with what Markdown would take for marks written out."""
    for mark in "\\*_<>[]{}":
        text = text.replace(mark, f"\\{mark}" if mark not in "<>{}" else {"<": "&lt;", ">": "&gt;"}.get(mark, mark))
    return text.replace("``", "`")


def _cell(text: str) -> str:
    return text.replace("``", "`").replace("|", "&#124;").replace("<", "&lt;").replace("\n", " ")


def _longest_run(text: str) -> int:
    return max((len(run) for line in text.split("\n") for run in line.split() if set(run) == {"~"}), default=0)
