"""Policies inside a bundle, in files and string tables, and the links to others."""

from __future__ import annotations

import pytest

from permcheck.errors import BundleError
from permcheck.facts import bundled_policy
from permcheck.facts.android.code import dex
from permcheck.model import Fact, Location
from tests.builders.arsc import Form, compile_table
from tests.builders.dex import build_dex
from tests.builders.dex_bundle import bundle_of

PAGE = b"<html><head><style>p{}</style></head><body><h1>Privacy Policy</h1><p>We use your camera.</p></body></html>"
PROSE = "We read the names of rooms from your phone so that the lamps know where they hang. " * 12


def told(members: dict[str, bytes]) -> list[tuple[str, str, str]]:
    facts = bundled_policy.extract(bundle_of(members), {})
    return sorted((fact.kind, fact.key, fact.value) for fact in facts if isinstance(fact, Fact))


@pytest.mark.parametrize(
    ("member", "language"),
    [
        ("assets/privacy.html", ""),
        ("assets/legal/Privacy-Policy.pdf", ""),
        ("assets/privacy_de.html", "de"),
        ("assets/privacy_us.html", ""),
        ("res/raw/privacy_policy.txt", ""),
        ("res/raw-de/privacy_policy.txt", "de"),
        ("res/raw-pt-rBR/privacy_policy.html", "pt-BR"),
        ("assets/datenschutz.html", ""),
        ("assets/yinsi.html", ""),
        ("assets/隐私政策.html", ""),
    ],
)
def test_a_file_that_is_named_for_it_is_a_policy(member: str, language: str) -> None:
    assert told({member: b"text"}) == [("bundled-policy", member, language)]


@pytest.mark.parametrize(
    "member",
    [
        "assets/privacy.png", "assets/privacy_icon.svg.html", "assets/license_privacy.txt", "META-INF/privacy.txt",
        "assets/PrivacyInfo.xcprivacy",
    ],
)  # fmt: skip
def test_other_files_are_none(member: str) -> None:
    assert told({member: PAGE}) == []


def test_a_legal_text_is_told_by_its_title() -> None:
    assert told({"assets/agreement.html": PAGE, "assets/policy.txt": b"Return policy. Goods come back."}) == [
        ("bundled-policy", "assets/agreement.html", "")
    ]


@pytest.mark.parametrize("form", ["plain", "sparse", "short", "compact"])
def test_every_layout_of_the_table_is_read(form: Form) -> None:
    strings = {"app_name": {"": "Acme"}, "privacy_text": {"": PROSE, "pt-BR": PROSE}, "z": {"": "z"}}
    table, _ = compile_table("com.acme", {"string": strings}, form=form)
    assert told({"resources.arsc": table}) == [
        ("bundled-policy", "string/privacy_text", ""),
        ("bundled-policy", "string/privacy_text", "pt-BR"),
    ]


def test_string_tables_hold_policies_in_every_language_and_links() -> None:
    strings = {
        "privacy_policy": {"": PROSE, "de": "Wir lesen Namen. " * 60},
        "privacy_url": {"": "https://acme.example/p/17"},
        "privacy_label": {"": "Privacy"},
        "about_url": {"": "https://acme.example/about"},
        "privacy_hint": {"": 'Read <a href="https://acme.example/privacy">our policy</a>.'},
    }
    table, _ = compile_table("com.acme", {"string": strings})
    bundle = bundle_of({"resources.arsc": table})
    facts = sorted(fact for fact in bundled_policy.extract(bundle, {}) if isinstance(fact, Fact))
    assert [(fact.kind, fact.key, fact.value, fact.location.anchor) for fact in facts] == [
        ("bundled-policy", "string/privacy_policy", "", "string/privacy_policy"),
        ("bundled-policy", "string/privacy_policy", "de", "string/privacy_policy de"),
        ("policy-link", "https://acme.example/p/17", "string/privacy_url", "string/privacy_url"),
        ("policy-link", "https://acme.example/privacy", "string/privacy_hint", "string/privacy_hint"),
    ]
    assert bundled_policy.read_policy(bundle, facts[0]).decode() == PROSE
    assert bundled_policy.read_policy(bundle, facts[1]).startswith(b"Wir lesen")


def test_a_shortened_path_is_known_by_its_resource() -> None:
    table, _ = compile_table("com.acme", {"raw": {"privacy_policy": {"": "res/x4.html", "fr": "res/x5.html"}}})
    members = {"resources.arsc": table, "res/x4.html": PAGE, "res/x5.html": PAGE, "res/x6.html": PAGE}
    assert told(members) == [("bundled-policy", "res/x4.html", ""), ("bundled-policy", "res/x5.html", "fr")]


def test_a_bundled_file_can_be_read_again() -> None:
    bundle = bundle_of({"base/assets/privacy.html": PAGE}, "base/")
    (fact,) = bundled_policy.extract(bundle, {})
    assert isinstance(fact, Fact)
    assert bundled_policy.read_policy(bundle, fact) == PAGE


def test_a_fact_of_another_bundle_is_refused() -> None:
    stranger = Fact("bundled-policy", "assets/privacy.html", location=Location("b.apk!/assets/privacy.html"))
    with pytest.raises(BundleError, match="no such policy"):
        bundled_policy.read_policy(bundle_of({"assets/privacy.html": PAGE}), stranger)


def test_code_names_addresses_of_policies() -> None:
    text = """
    class com.acme.About
      method open
        string https://acme.example/privacy-policy
        string https://acme.example/shop
        string http
    """
    facts = dex.extract(bundle_of({"classes.dex": build_dex(text)}), {})
    links = [fact.key for fact in facts if isinstance(fact, Fact) and fact.kind == "policy-link"]
    assert links == ["https://acme.example/privacy-policy"]
