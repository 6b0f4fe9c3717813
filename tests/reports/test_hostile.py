"""Text from a hostile bundle and a hostile policy, in every place and every format: nothing acts, nothing is lost."""

import json
import re
from dataclasses import fields, is_dataclass, replace
from xml.etree import ElementTree as ET

import pytest

from permcheck.model import Report
from permcheck.reports import RENDERERS, render
from permcheck.reports.json import load
from tests.builders.report import APK, IPA, POLICY, document, report

MARKUP = "</script><script>alert(1)</script><img src=x onerror=alert(2)><style>*{display:none}</style>\"'&amp;"
ESCAPES = "\x1b]0;title\x07\x1b[2J\x9b31m\x00"
BIDI = "user\u202egnp.exe\u2066\u200f"
FORMULA = '=HYPERLINK("http://x.example","a")'
LINES = "first\nsecond\r\n::error::third\u2028fourth"
BROKEN = "half \ud83d pair \ufffe"
ALL = (MARKUP, ESCAPES, BIDI, FORMULA, LINES, BROKEN)
TEXT = [name for name in RENDERERS if name not in ("xlsx", "pdf")]
ACTING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\ud800-\udfff]")
FREE = {"name", "version", "app_id", "title", "value", "key", "origin", "quote", "purpose", "control", "recipients"} | {
    "why",
    "condition",
    "text",
    "message",
    "subject",
    "fix",
    "draft",
    "reason",
    "owner",
    "anchor",
    "meaning",
}
"""Fields whose text comes from outside, or from mappings that a company writes itself."""


def poisoned(thing, bad):
    """The same value with hostile text before every free text; paths keep their meaning as keys."""
    if isinstance(thing, tuple):
        return tuple(poisoned(item, bad) for item in thing)
    if not is_dataclass(thing):
        return thing
    changed = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name in FREE and isinstance(value, str):
            changed[field.name] = bad + value
        elif field.name in FREE and isinstance(value, tuple) and all(isinstance(item, str) for item in value):
            changed[field.name] = tuple(bad + item for item in value or ("",))
        else:
            changed[field.name] = poisoned(value, bad)
    return replace(thing, **changed)


def hostile(bad):
    base = poisoned(report(), bad)
    if bad == BROKEN:
        found = (replace(new, subject=old.subject) for new, old in zip(base.findings, report().findings, strict=True))
        base = replace(base, findings=tuple(found))
    doc = document(f"{bad}\n\nWe use {bad} here.\n")
    policy = replace(base.policies[0], document=doc)
    return replace(base, policies=(policy,), rules=report().rules, version=report().version)


@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("bad", ALL, ids=["markup", "escapes", "bidi", "formula", "lines", "broken"])
def test_every_format_is_written_and_nothing_in_it_acts(name, bad):
    output = render(name, hostile(bad))
    output.encode("utf-8")
    shown = json.dumps(json.loads(output)) if name in ("json", "sarif", "gitlab") else output
    assert not ACTING.search(shown)
    assert "\nsecond" not in output


@pytest.mark.parametrize("bad", ALL)
def test_json_loses_nothing(bad):
    poison = hostile(bad)
    assert load(render("json", poison)) == poison


@pytest.mark.parametrize("bad", ALL)
def test_xml_stays_xml(bad):
    assert ET.fromstring(render("junit", hostile(bad))).tag == "testsuites"


@pytest.mark.parametrize("name", [name for name in RENDERERS if name != "pdf"])
def test_a_megabyte_name_is_written_once_or_cut(name):
    base = report()
    long = "n" * 1_000_000
    app = replace(base.apps[0], name=long)
    output = render(name, replace(base, apps=(app, base.apps[1])))
    assert len(output) < 2_000_000


@pytest.mark.parametrize("bad", ALL)
def test_page_shows_hostile_text_as_text(bad, open_page):
    page = open_page(render("html", hostile(bad)))
    assert page.said == []
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0
    assert page.locator("#matrix").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_page_with_a_megabyte_name_keeps_its_layout(open_page):
    base = report()
    app = replace(base.apps[0], name="n" * 1_000_000, path=APK)
    page = open_page(render("html", replace(base, apps=(app, base.apps[1]))))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").bounding_box()["height"] < 400


def test_pdf_of_hostile_text_is_printed():
    assert render("pdf", hostile(MARKUP)).startswith(b"%PDF-")


@pytest.mark.parametrize("name", [name for name in RENDERERS if name != "pdf"])
@pytest.mark.parametrize("absent", ["apps", "policies", "assessments", "findings", "gaps", "categories", "rules"])
def test_every_part_of_a_report_may_be_absent(name, absent):
    assert render(name, replace(report(), **{absent: ()}))
    assert render(name, Report("0.1.0", "00"))


def test_builder_names_what_the_tests_rely_on():
    assert {APK, IPA} == {app.path for app in report().apps}
    assert report().policies[0].document.path == POLICY
