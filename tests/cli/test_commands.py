"""The other commands: permissions, policy, diff, draft, explain, init, check-mappings."""

from __future__ import annotations

import json
import shutil

import pytest

from permcheck.reports.plain import width


@pytest.mark.parametrize(
    "command",
    [
        "check",
        "permissions",
        "policy",
        "diff",
        "explain",
        "check-mappings",
        "init",
        "draft clauses",
        "draft data-safety",
    ],
)
def test_every_command_has_a_short_help_with_an_example(permcheck, command):
    done = permcheck(*command.split(), "--help")
    assert done.code == 0
    assert "\n  Example: permcheck" in done.out
    assert "\\b" not in done.out
    assert len(done.out.splitlines()) < 60


def test_permissions_lists_categories_with_evidence(permcheck, android, ios):
    done = permcheck("permissions", android, ios)
    assert done.code == 0
    for expected in (
        "android.permission.CAMERA",
        "NSCameraUsageDescription",
        "com.apple.developer.homekit",
        "Uncategorised",
    ):
        assert expected in done.out


def test_a_permission_that_no_category_knows_is_shown(permcheck, android):
    report = json.loads(permcheck("permissions", android, "--format", "json").out)
    unknown = [
        f["key"] for a in report["apps"] for f in a["facts"] if f["kind"] == "permission" and f["category"] is None
    ]
    assert any(key.startswith("com.example.") for key in unknown)
    assert report["documents"] == []
    assert report["assessments"] == []


def test_policy_lists_disclosures_and_placeholders(permcheck, gaps):
    done = permcheck("policy", gaps, "--format", "json")
    assert done.code == 1
    report = json.loads(done.out)
    assert {cell["app"] for cell in report["assessments"]} == {None}
    verdicts = {cell["category"]: cell["verdict"] for cell in report["assessments"]}
    assert verdicts["camera"] == "disclosed"
    assert verdicts["contacts"] == "denied"
    assert verdicts["biometrics"] == "placeholder-only"
    assert verdicts["sms"] == "silent"


def test_placeholders_only_finds_the_same_placeholders(permcheck, gaps, clean):
    whole = json.loads(permcheck("policy", gaps, "--format", "json").out)
    fast = json.loads(permcheck("policy", gaps, "--placeholders-only", "--format", "json").out)
    spans = [[(p["text"], p["lines"]) for p in report["documents"][0]["placeholders"]] for report in (whole, fast)]
    assert spans[0] == spans[1]
    assert fast["assessments"] == []
    assert permcheck("policy", clean, "--placeholders-only").code == 0


def test_a_folder_of_policies(permcheck, tmp_path, gaps, clean):
    for source in (gaps, clean):
        shutil.copy(source, tmp_path)
    report = json.loads(permcheck("policy", tmp_path, "--placeholders-only", "--format", "json").out)
    assert [bool(document["placeholders"]) for document in report["documents"]] == [False, True]


def test_addresses_need_leave(permcheck):
    done = permcheck("policy", "https://policy.invalid/privacy")
    assert done.code == 2
    assert "--allow-network" in done.err
    assert permcheck("policy", "http://policy.invalid/", "--allow-network").code == 2


def test_diff_of_two_bundles_and_of_saved_reports(permcheck, tmp_path, android, ios):
    done = permcheck("diff", android, android)
    assert done.code == 0
    assert "Nothing changed" in done.out
    permcheck("permissions", android, "-q", "-o", "json:old.json")
    assert "Nothing changed" in permcheck("diff", "old.json", android).out
    done = permcheck("diff", ios, android, "--format", "markdown", "--fail-on", "new-permission")
    assert done.code == 1
    assert "android.permission.CAMERA" in done.out.replace("\\", "")


def test_diff_of_two_policies(permcheck, gaps, clean):
    done = permcheck("diff", clean, gaps, "--format", "json", "--fail-on", "lost-disclosure")
    assert done.code == 1
    changes = {(c["kind"], c["subject"]): (c["before"], c["after"]) for c in json.loads(done.out)["changes"]}
    assert changes["disclosure", "overlay"] == ("disclosed", "")


def test_drafts_carry_slots_that_the_linter_flags(permcheck, tmp_path, android, gaps):
    done = permcheck("draft", "clauses", android, "--policy", gaps)
    assert done.code == 0
    (tmp_path / "draft.txt").write_text(done.out)
    lint = json.loads(permcheck("policy", "draft.txt", "--placeholders-only", "--format", "json").out)
    assert len(lint["documents"][0]["placeholders"]) >= done.out.count("\n## ")


def test_a_draft_names_what_could_not_be_judged(permcheck, tmp_path, android):
    (tmp_path / "short.txt").write_text("Lamp Works Ltd is responsible for your data. We delete it after a year.")

    done = permcheck("draft", "clauses", android, "--policy", "short.txt")

    assert "Not checked, so nothing drafted:" in done.out
    assert "Camera" in done.out
    assert "every category that the apps can access" not in done.out


def test_draft_data_safety_marks_every_guess(permcheck, android, gaps):
    done = permcheck("draft", "data-safety", android, "--policy", gaps)
    header, *rows = done.out.splitlines()
    assert header.startswith("Question ID (machine readable)")
    assert rows
    assert all("REVIEW" in row for row in rows)
    assert any(row.startswith("PSL_DATA_TYPES_CONTACTS,PSL_CONTACTS,,") for row in rows)  # what the policy denies


@pytest.mark.parametrize("name", ["PC101", "undisclosed-permission", "camera"])
def test_explain_tells_why_and_cites_sources(permcheck, name):
    done = permcheck("explain", name)
    assert done.code == 0
    assert "https://" in done.out


def test_what_was_not_looked_for_is_not_counted(permcheck, gaps):
    assert "disclosure" not in permcheck("policy", "--placeholders-only", gaps).out
    assert "disclosures" in permcheck("policy", gaps).out


@pytest.mark.parametrize("name", ["PC101", "PC340", "camera", None])
def test_explain_fits_a_terminal(permcheck, name):
    lines = permcheck("explain", *filter(None, [name])).out.splitlines()
    assert max(width(line) for line in lines if "://" not in line) <= 100


def test_a_missing_file_is_told_in_the_same_words_everywhere(permcheck, android, gaps):
    runs = [
        ("check", "gone", "--policy", gaps),
        ("check", android, "--policy", "gone"),
        ("check", android, "--policy", gaps, "--data-safety", "gone"),
        ("check", android, "--policy", gaps, "--merger-report", "gone"),
        ("check", android, "--policy", gaps, "--baseline", "gone"),
        ("check", android, "--policy", gaps, "--decisions", "gone"),
        ("check", android, "--policy", gaps, "--config", "gone"),
        ("policy", "gone"),
        ("permissions", "gone"),
        ("diff", "gone", android),
        ("diff", android, "gone"),
        ("draft", "clauses", "gone"),
    ]
    for arguments in runs:
        done = permcheck(*arguments)
        assert done.err == "permcheck: gone: no such file\n", arguments
        assert done.code in (1, 2, 3)


def test_only_what_a_policy_says_can_be_lost(permcheck, clean, android, tmp_path):
    old = json.loads(permcheck("check", android, "--policy", clean, "--format", "json").out)
    new = {**old, "assessments": [cell for cell in old["assessments"] if cell["category"] != "camera"]}
    for name, report in (("old", old), ("new", new)):
        (tmp_path / f"{name}.json").write_text(json.dumps(report))
    assert permcheck("diff", "old.json", "new.json", "--fail-on", "lost-disclosure").code == 0


def test_diff_refuses_an_app_and_a_policy(permcheck, android, gaps):
    done = permcheck("diff", android, gaps)
    assert (done.code, done.out) == (2, "")
    assert "an app and a policy have nothing to compare" in done.err


def test_other_commands_are_configured_too_but_write_no_report_of_check(
    permcheck, android, gaps, tmp_path, monkeypatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    waiver = '[[waiver]]\nrule = "PC401"\nreason = "r"\nowner = "o"\nexpires = 2026-06-30\n'
    (tmp_path / "mine.toml").write_text(f'policy = "{gaps}"\noutput = "json:out.json"\nformat = "csv"\n{waiver}')
    monkeypatch.setenv("PERMCHECK_CONFIG", "mine.toml")
    done = permcheck("policy", "--placeholders-only", gaps)
    assert "PC401" in done.out
    assert "waived until 2026-06-30" in done.out
    assert not (tmp_path / "out.json").exists()
    assert permcheck("draft", "clauses", android).code == 0


def test_explain_an_unknown_name(permcheck):
    done = permcheck("explain", "kamera")
    assert done.code == 2
    assert "did you mean camera" in done.err


def test_the_page_of_rules_is_up_to_date(permcheck, samples):
    page = (samples.parent / "mappings" / "RULES.md").read_text(encoding="utf-8")
    assert permcheck("explain", "--all").out == page


def test_init_writes_a_configuration_that_loads(permcheck, tmp_path, android, clean):
    assert permcheck("init").code == 0
    assert permcheck("init").code == 2
    text = (tmp_path / "permcheck.toml").read_text()
    assert permcheck("check", android, "-p", clean, "-q", "--fail-on", "never").code == 0
    lines = [line[2:] for line in text.splitlines() if line.startswith("# ") and " = " in line]
    (tmp_path / "permcheck.toml").write_text(
        "\n".join(line for line in lines if line.startswith(("fail-on", "min-conf")))
    )
    assert permcheck("check", android, "-p", clean, "-q", "--fail-on", "never").code == 0


def test_check_mappings_on_a_company_directory(permcheck, tmp_path):
    (tmp_path / "mine" / "categories").mkdir(parents=True)
    file = tmp_path / "mine" / "categories" / "tea.toml"
    file.write_text('id = "tea"\ntitle = "Tea"\nmeaning = "Leaves."\n')
    done = permcheck("check-mappings", "mine")
    assert done.code == 1
    assert "mine/categories/tea.toml:1: no signal" in done.out
    file.write_text("id = 7\n")
    assert "tea.toml" in permcheck("check-mappings", "mine").out


def test_holes_of_a_language(permcheck):
    done = permcheck("check-mappings", "--language", "xx")
    assert done.code == 1
    assert "languages/xx.toml: missing" in done.out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("android.permission.CAMERA", "android.permission.CAMERA (Android permission)"),
        ("CAMERA", "android.permission.CAMERA (Android permission)"),
        ("NSCameraUsageDescription", "NSCameraUsageDescription (iOS purpose-string)"),
        ("com.apple.developer.healthkit", "com.apple.developer.healthkit (iOS entitlement)"),
        ("android.permission.health.READ_STEPS", "android.permission.health.* (Android permission)"),
        ("AppsFlyer", "AppsFlyer (SDK of AppsFlyer"),
        ("com.appsflyer", "AppsFlyer (SDK of AppsFlyer"),
        ("pc101", "PC101 undisclosed-permission"),
        ("Camera", "camera: Camera"),
        ("exit 3", "exit code 3\nIncomplete"),
        ("1", "exit code 1\n"),
        ("silent", "silent (verdict)"),
        ("not mentioned", "silent (verdict)"),
    ],
)
def test_explain_knows_what_people_type(permcheck, name, said):
    done = permcheck("explain", name)
    assert done.code == 0
    assert done.out.startswith(said)


@pytest.mark.parametrize(
    ("name", "near"), [("READ_CONTACT", "READ_CONTACTS"), ("Firebase Crashlytic", "Firebase Crashlytics")]
)
def test_explain_suggests_what_is_near(permcheck, name, near):
    done = permcheck("explain", name)
    assert done.code == 2
    assert f"did you mean {near}" in done.err


def test_every_verdict_and_exit_code_is_explained():
    from typing import get_args  # noqa: PLC0415  (for this one test)

    from permcheck.cli import topics  # noqa: PLC0415
    from permcheck.model import Verdict  # noqa: PLC0415
    from permcheck.reports.wording import VERDICTS  # noqa: PLC0415

    assert set(topics.VERDICTS) == set(get_args(Verdict))
    assert {VERDICTS[verdict][1] for verdict in topics.SHOWN.values()} == set(topics.SHOWN)
    assert list(topics.EXITS) == ["0", "1", "2", "3"]
