"""Policies inside an iOS app, in files and string tables, and the links to others."""

from __future__ import annotations

from pathlib import Path

import pytest

from permcheck.bundles import open_bundle
from permcheck.errors import BundleError
from permcheck.facts import bundled_policy
from permcheck.facts.ios import policy as ios_policy
from permcheck.model import Fact, Gap, Location
from tests.builders import ipa

PAGE = b"<html><body><h1>Privacy Policy</h1><p>We use your camera to scan the code of a lamp.</p></body></html>"
PROSE = "We read the names of rooms from your phone so that the lamps know where they hang. " * 12


def extracted(tmp_path: Path, members: dict[str, ipa.Content]) -> list[Fact | Gap]:
    path = tmp_path / "Lamp.ipa"
    path.write_bytes(ipa.archive(ipa.app(members)))
    return list(ios_policy.extract(open_bundle(path, "Lamp.ipa"), {}))


def told(tmp_path: Path, members: dict[str, ipa.Content]) -> list[tuple[str, str, str]]:
    return sorted((fact.kind, fact.key, fact.value) for fact in extracted(tmp_path, members) if isinstance(fact, Fact))


@pytest.mark.parametrize(
    ("member", "language"),
    [
        ("PrivacyPolicy.html", ""),
        ("privacy.pdf", ""),
        ("de.lproj/privacy.html", "de"),
        ("zh-Hans.lproj/privacy.txt", "zh-Hans"),
        ("pt_BR.lproj/privacy.rtf", "pt-BR"),
        ("Base.lproj/privacy.html", ""),
        ("www/privacy_fr.html", "fr"),
        ("public/legal/datenschutz.html", ""),
        ("\u9690\u79c1\u653f\u7b56.html", ""),
    ],
)
def test_a_file_that_is_named_for_it_is_a_policy(tmp_path: Path, member: str, language: str) -> None:
    assert told(tmp_path, {member: b"text"}) == [("bundled-policy", member, language)]


@pytest.mark.parametrize(
    "member", ["privacy.png", "PrivacyInfo.xcprivacy", "privacy_manifest.txt", "policy.txt", "Lamp.storyboardc/a.nib"]
)
def test_other_files_are_none(tmp_path: Path, member: str) -> None:
    assert told(tmp_path, {member: b"Return policy. Goods come back."}) == []


def test_a_legal_text_is_told_by_its_title(tmp_path: Path) -> None:
    assert told(tmp_path, {"Legal.html": PAGE}) == [("bundled-policy", "Legal.html", "")]


def test_the_assets_of_flutter_are_the_app_s_own_and_other_frameworks_are_not(tmp_path: Path) -> None:
    members: dict[str, ipa.Content] = {
        "Frameworks/App.framework/flutter_assets/assets/privacy.md": b"# Privacy",
        "Frameworks/AdKit.framework/privacy.html": PAGE,
        "Frameworks/AdKit.framework/Info.plist": {},
    }
    found = [fact for fact in extracted(tmp_path, members) if isinstance(fact, Fact)]
    assert [(fact.location.path.rpartition("/")[2], fact.origin) for fact in found] == [
        ("privacy.html", "AdKit"),
        ("privacy.md", ""),
    ]


@pytest.mark.parametrize("form", ["binary", "text", "utf-16"])
def test_string_tables_carry_policies_and_links(tmp_path: Path, form: str) -> None:
    pairs = {
        "privacy_policy": PROSE,
        "privacy.link": "See https://lamp.example/p/17.",
        "about": "https://lamp.example/datenschutz",
        "shop": "https://lamp.example/shop",
        "privacy_button": PROSE,
    }
    text = "".join(f'"{key}" = "{value}";\n' for key, value in pairs.items())
    table: ipa.Content = {"binary": pairs, "text": text, "utf-16": text.encode("utf-16")}[form]
    assert told(tmp_path, {"de.lproj/Localizable.strings": table}) == [
        ("bundled-policy", "string/privacy_policy", "de"),
        ("policy-link", "https://lamp.example/datenschutz", "about"),
        ("policy-link", "https://lamp.example/p/17", "privacy.link"),
    ]


def test_info_plist_may_name_the_policy(tmp_path: Path) -> None:
    info = ipa.info(NSSensorKitPrivacyPolicyURL="https://lamp.example/p", Shop="https://lamp.example/shop")
    assert told(tmp_path, {"Info.plist": info}) == [
        ("policy-link", "https://lamp.example/p", "NSSensorKitPrivacyPolicyURL")
    ]


def test_a_damaged_table_that_may_hold_one_is_a_gap_and_another_is_not_read(tmp_path: Path) -> None:
    (gap,) = extracted(
        tmp_path,
        {
            "en.lproj/Localizable.strings": b'"privacy" = nonsense beyond "repair',
            "en.lproj/Other.strings": b'"lamp" = nonsense beyond "repair',
        },
    )
    assert isinstance(gap, Gap)
    assert gap.location.path.endswith("en.lproj/Localizable.strings")
    assert "line 1" in gap.reason


def test_policies_can_be_read_again_by_their_facts(tmp_path: Path) -> None:
    members: dict[str, ipa.Content] = {"www/privacy.html": PAGE, "en.lproj/Localizable.strings": {"privacy": PROSE}}
    page, text = sorted(
        (fact for fact in extracted(tmp_path, members) if isinstance(fact, Fact)), key=lambda fact: fact.location.anchor
    )
    bundle = open_bundle(tmp_path / "Lamp.ipa", "Lamp.ipa")
    assert bundled_policy.read_policy(bundle, page) == PAGE
    assert bundled_policy.read_policy(bundle, text).decode() == PROSE
    stranger = Fact("bundled-policy", "privacy.html", location=Location("Other.ipa!/privacy.html"))
    with pytest.raises(BundleError, match="no such policy"):
        bundled_policy.read_policy(bundle, stranger)


def test_no_number_of_links_or_brackets_takes_long(tmp_path: Path) -> None:
    table = "".join(f'"privacy{n}" = "https://lamp.example/{n}";' for n in range(6000))
    found = extracted(tmp_path, {"legal.html": b"<" * 60_000 + b"<style " * 9000, "en.lproj/a.strings": table})
    assert sum(isinstance(item, Fact) for item in found) == ios_policy.LINK_LIMIT
    (gap,) = (item for item in found if isinstance(item, Gap))
    assert "more than 5000 links" in gap.reason


def test_the_title_is_seen_behind_styles_and_scripts(tmp_path: Path) -> None:
    page = b"<html><style>p > a {}</style><script>var a = 1;</script><h1>Privacy <b>Policy</b></h1></html>"
    assert told(tmp_path, {"legal.html": page}) == [("bundled-policy", "legal.html", "")]
