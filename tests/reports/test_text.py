"""What a release engineer sees in a terminal."""

import re
from dataclasses import replace

import pytest

from permcheck.model import Fact, Report
from permcheck.reports import text
from permcheck.reports.conclusion import conclusion
from permcheck.reports.plain import width
from tests.builders.report import report

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def rows_of(output):
    """Category -> its row of the table."""
    return {line.split("  ")[0]: line for line in table_of(output)[1:]}


def table_of(output):
    """The lines of the table, its head first."""
    return next(part.splitlines() for part in output.split("\n\n") if part.startswith("Category"))


def words_of(output):
    """All on one line."""
    return " ".join(output.split())


def test_table_tells_who_asks_what_the_policy_says_and_where():
    rows = rows_of(text.render(report(), verbose=True, width=100))
    assert re.split(r"\s{2,}", rows["Camera"]) == ["Camera", "yes", "yes", "declared", "✓ disclosed", "lines 5-6"]
    assert re.split(r"\s{2,}", rows["Location"])[1:-1] == ["yes", "-", "declared", "✗ not mentioned"]
    assert rows["Location"].endswith("ACCESS_FINE_LOCATION")
    assert re.split(r"\s{2,}", rows["Microphone"])[3] == "-"


def test_without_declarations_the_table_has_no_column_for_the_stores():
    assert "Declared" in text.render(report())
    assert "Declared" not in text.render(replace(report(), declarations=()))


def test_what_needs_work_comes_first():
    assert list(rows_of(text.render(report(), verbose=True))) == [
        "Contacts",
        "Location",
        "Microphone",
        "Health",
        "Motion",
        "Calendar",
        "Camera",
        "Bluetooth",
    ]


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_the_terminal(columns, verbose):
    output = text.render(report(), width=columns, verbose=verbose)
    assert max(width(line) for line in output.splitlines()) <= columns


def test_a_contradiction_shows_both_sentences():
    denied = next(item for item in report().policies[0].disclosures if item.category == "contacts")
    told = replace(denied, stance="disclosed", quote="We import your contacts.")
    findings = tuple(
        replace(found, quotes=(told, denied)) if found.rule == "PC103" else found for found in report().findings
    )
    output = text.render(replace(report(), findings=findings))
    assert '"We import your contacts."' in output
    assert '"We never read your contacts."' in output


def test_the_whole_fits_a_screen_or_two():
    assert len(text.render(report()).splitlines()) <= 60


def test_color_adds_nothing_but_color():
    colored = text.render(report(), color=True)
    assert ESCAPE.search(colored)
    assert ESCAPE.sub("", colored) == text.render(report())
    assert not ESCAPE.search(text.render(report()))


def test_quotes_come_with_their_place():
    assert 'line 9: "We never read your contacts."' in text.render(report())


def test_waived_finding_stays_visible_and_does_not_count():
    output = words_of(text.render(report()))
    assert "waived until 2027-03-31 by r.holm@example.com: Voice control ships" in output
    assert "4 errors, 2 warnings, 1 note, 1 waived" in output


def test_expired_waiver_counts_again():
    found = [replace(f, waiver=replace(f.waiver, status="expired")) if f.waiver else f for f in report().findings]
    output = text.render(replace(report(), findings=tuple(found)))
    assert "5 errors, 2 warnings, 1 note ·" in words_of(output)
    assert "waiver expired until 2027-03-31" not in output


def test_a_gap_is_told_once_by_its_finding_or_by_itself():
    output = " ".join(text.render(report()).split())
    assert output.count("the binary is encrypted") == 1
    assert "Not checked - build/watch.ipa: not a zip file" in output


def test_long_groups_are_cut_and_say_so():
    slot = next(found for found in report().findings if found.rule == "PC404")
    many = tuple(replace(slot, subject=f"[slot {n}]", message=f"Unfilled passage: [slot {n}]") for n in range(30))
    short = text.render(replace(report(), findings=many))
    assert "… and 22 more (--verbose lists them)" in short
    assert "30 errors" in short
    assert "[slot 29]" in text.render(replace(report(), findings=many), verbose=True)


def test_quiet_is_a_line_per_product_and_one_per_lost_input():
    output = text.render(report(), quiet=True)
    assert output.splitlines() == [
        f"Halden Home: {conclusion(report())}",
        "  not read: build/watch.ipa: not a zip file",
    ]
    other = replace(report().apps[1], name="Halden Garden")
    two = text.render(replace(report(), apps=(report().apps[0], other)), quiet=True)
    assert two.splitlines()[:2] == ["Halden Home: 4 errors, 1 note, 1 waived", "Halden Garden: 2 errors, 2 warnings"]


def test_both_builds_of_a_product_share_a_line():
    found = report().findings[0]
    twin = replace(found, app=report().apps[1].path)
    output = text.render(replace(report(), findings=(found, twin)))
    assert output.count("The app can reach Location") == 1
    assert "but the policy never mentions it. [Android, iOS]" in words_of(output)
    assert "\n1 error ·" in output


def test_without_a_policy_every_permission_is_listed_with_its_category():
    asked = replace(report(), policies=(), assessments=(), findings=())
    output = text.render(asked, width=100)
    assert re.search(r"^Camera +permission android.permission.CAMERA$", output, re.MULTILINE)
    assert re.search(
        r"^Contacts +permission android.permission.READ_CONTACTS · likely from Ferrow", output, re.MULTILINE
    )
    assert re.search(r"^Uncategorised +permission com.example.haldenhome.permission.C2D$", output, re.MULTILINE)
    assert "AndroidManifest.xml (uses-permission CAMERA)" in " ".join(text.render(asked, verbose=True).split())


def test_without_an_app_silence_is_one_line():
    cells = tuple(replace(cell, app="", facts=()) for cell in report().assessments)
    output = text.render(replace(report(), apps=(), assessments=cells))
    assert "Not mentioned: Location, Microphone" in output
    assert "Android" not in output


def test_an_empty_report_says_nothing_wrong():
    trust = "Trust: mappings 00 as shipped; no configuration, waivers, decisions or baseline.\n"
    assert text.render(Report("0.1.0", "00"), width=100) == trust


@pytest.mark.parametrize(
    "bad", ["\x1b[31mred", "a\u202eb", "one\ntwo", "bell\x07", "\x9b2J", "\ud800", "tag\U000e0041"]
)
def test_nothing_from_a_bundle_acts_on_the_terminal(bad):
    base = report()
    app = replace(base.apps[0], name=bad, version=bad, path=bad)
    finding = replace(base.findings[0], message=bad, subject=bad, fix=bad, app=bad)
    lost = replace(base.gaps[0], reason=bad)
    cells = tuple(replace(cell, app=bad, why=bad) for cell in base.assessments)
    output = text.render(replace(base, apps=(app,), findings=(finding,), gaps=(lost,), assessments=cells), verbose=True)
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e0fff]", output
    )
    assert "\ntwo" not in output


def test_a_name_of_a_megabyte_does_not_break_the_layout():
    base = report()
    name = "x" * 1_000_000
    app = replace(base.apps[0], name=name, version=name, app_id=name)
    fact = replace(base.assessments[0].facts[0], key=name)
    cell = replace(base.assessments[0], facts=(fact,))
    output = text.render(replace(base, apps=(app,), assessments=(cell,)))
    assert len(output) < 10_000


def test_wide_characters_keep_the_columns():
    notes = tuple(replace(note, title="摄像头权限") if note.id == "camera" else note for note in report().categories)
    rows = table_of(text.render(replace(report(), categories=notes), verbose=True))
    ends = {width(line[: line.index("yes")]) for line in rows if "yes" in line and "Motion" not in line}
    assert len(ends) == 1


def test_a_list_of_permissions_tells_the_state_of_use_and_not_the_language():
    app, note = next(one for one in report().apps if one.platform == "ios"), report().categories[0]
    fact = Fact(
        "purpose-string", "NSFaceIDUsageDescription", "Opens.", condition=("locale=en", "no code references it")
    )
    shown = Report(
        "1",
        "0",
        apps=(replace(app, facts=(fact,), gaps=()),),
        categories=(replace(note, title="Speech recognition and everything Siri"),),
        fact_categories=((fact, (note.id,)),),
    )
    output = text.render(shown, width=80)
    assert '"Opens." · no code references it' in " ".join(output.split())
    assert "locale=" not in output
    assert re.search(r"^Speech recognition and …  purpose-string", output, re.MULTILINE)


def test_who_likely_brought_a_permission_stands_below_the_finding():
    assert re.search(r"\n +READ_CONTACTS likely from Ferrow Share SDK\n", text.render(report(), width=100))
