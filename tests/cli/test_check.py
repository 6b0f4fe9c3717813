"""`permcheck check` on the bundled samples: findings, formats, files, exit codes, bad input."""

from __future__ import annotations

import json
import shutil
import zipfile

import pytest

from tests.builders import ipa
from tests.builders.decisions import decisions


def test_the_sample_policy_with_gaps_fails_with_every_kind_of_finding(permcheck, android, ios, gaps):
    done = permcheck("check", android, ios, "--policy", gaps, "--format", "json")
    assert done.code == 1
    assert done.err == ""
    report = json.loads(done.out)
    found = {(finding["name"], finding["subject"]) for finding in report["findings"]}
    app = "com.example.haldenhome"
    assert {
        ("undisclosed-permission", f"{app}/overlay"),
        ("undisclosed-permission", f"{app}/tracking"),
        ("contradicted-permission", f"{app}/contacts"),
        ("disclosed-only-in-template-text", f"{app}/biometrics"),
        ("vague-disclosure", f"{app}/location-background"),
        ("claim-without-permission", f"{app}/calendar"),
        ("claim-without-permission", f"{app}/health"),
    } <= found
    assert {item["text"] for item in report["documents"][0]["placeholders"]} >= {
        "[DATE]",
        "[Company Name]",
        "Please enter your privacy email address",
        "{{RECIPIENT_LIST}}",
        "***@***.com",
    }
    disclosed = {cell["category"] for cell in report["assessments"] if cell["verdict"] == "disclosed"}
    assert {"camera", "microphone", "bluetooth", "local-network", "home", "notifications", "location"} <= disclosed


def test_the_clean_policy_passes(permcheck, android, clean):
    done = permcheck("check", android, "--policy", clean, "--format", "json", "--fail-on", "warning")
    report = json.loads(done.out)
    assert [finding["message"] for finding in report["findings"] if finding["severity"] != "note"] == []
    assert done.code == 0
    assert {cell["verdict"] for cell in report["assessments"]} == {"disclosed"}


def test_beside_the_clean_policy_only_the_bundle_of_the_ios_app_is_blamed(permcheck, ios, clean):
    report = json.loads(permcheck("check", ios, "--policy", clean, "--format", "json").out)
    blamed = {finding["rule"][:3] for finding in report["findings"] if finding["severity"] != "note"}
    assert blamed == {"PC3"}
    assert {cell["verdict"] for cell in report["assessments"]} == {"disclosed", "unsupported"}


def test_quotes_lead_back_to_their_lines(permcheck, android, gaps):
    report = json.loads(permcheck("check", android, "--policy", gaps, "--format", "json").out)
    lines = gaps.read_text().splitlines()
    for said in report["documents"][0]["disclosures"]:
        first, last = said["lines"]
        stands = " ".join(lines[first - 1 : last])
        assert said["quote"].split()[0] in stands
        assert said["quote"].split()[-1] in stands


def test_the_format_never_changes_the_exit_code(permcheck, android, gaps):
    assert {
        permcheck("check", android, "--policy", gaps, "--format", name).code for name in ("text", "json", "html")
    } == {1}


def test_many_reports_of_one_run(permcheck, tmp_path, android, gaps):
    done = permcheck("check", android, "-p", gaps, "-o", "json:a.json", "-o", "html:b.html", "-o", "text:c.txt", "-q")
    assert done.code == 1
    assert json.loads((tmp_path / "a.json").read_text())["schema"] == "permcheck-report/1"
    assert "<html" in (tmp_path / "b.html").read_text()
    assert "Camera" in (tmp_path / "c.txt").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.html", "c.txt"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 1),
        (("--fail-on", "never"), 0),
        (("--exit-zero",), 0),
        (("--fail-on", "note"), 1),
        (("--fail-on", "error"), 1),
    ],
)
def test_what_makes_the_run_fail(permcheck, android, gaps, options, code):
    assert permcheck("check", android, "--policy", gaps, "-q", *options).code == code


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.apk", b"", "empty"),
        ("page.apk", b"<html><body>404</body></html>", "not a zip"),
        ("pointer.apk", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n", "Git LFS pointer"),
        ("pointer.ipa", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n", "Git LFS pointer"),
        ("notes.xyz", b"hello", "not an app bundle"),
    ],
)
def test_a_bad_bundle_gets_one_line_and_exit_3_and_the_rest_is_reported(
    permcheck, tmp_path, android, clean, name, content, reason
):
    (tmp_path / name).write_bytes(content)
    done = permcheck("check", android, name, "--policy", clean, "--format", "json", "--fail-on", "never")
    assert done.code == 3
    (line,) = done.err.splitlines()
    assert name in line
    assert reason.lower() in line.lower()
    report = json.loads(done.out)
    assert [app["app_id"] for app in report["apps"]] == ["com.example.haldenhome"]
    assert name in report["gaps"][0]["location"]["path"]
    assert report["assessments"]


@pytest.mark.parametrize(
    ("plist", "reason"),
    [(b"nonsense", "damaged property list"), ({}, "says neither which app this is (CFBundleIdentifier) nor its name")],
)
def test_an_app_of_a_bad_plist_is_told_with_its_path_once(permcheck, tmp_path, plist, reason):
    (tmp_path / "lamp.ipa").write_bytes(ipa.archive({"Payload/Lamp.app/Info.plist": plist}))
    done = permcheck("permissions", "lamp.ipa")
    assert done.code == 3
    assert done.err == f"permcheck: lamp.ipa!/Payload/Lamp.app/Info.plist: {reason}\n"


def test_an_ios_app_without_a_given_policy_is_held_against_its_own(permcheck, tmp_path, gaps):
    (tmp_path / "lamp.ipa").write_bytes(
        ipa.archive(
            {
                "Payload/Lamp.app/Info.plist": ipa.info(NSCameraUsageDescription="Scans the code of a lamp."),
                "Payload/Lamp.app/en.lproj/privacy.txt": gaps.read_bytes(),
            }
        )
    )
    done = permcheck("check", "lamp.ipa", "--format", "json")
    report = json.loads(done.out)
    assert [one["path"] for one in report["documents"]] == ["lamp.ipa!/Payload/Lamp.app/en.lproj/privacy.txt"]
    assert "PC903" in {finding["rule"] for finding in report["findings"]}
    verdicts = {cell["category"]: cell["verdict"] for cell in report["assessments"]}
    assert verdicts["camera"] == "disclosed"


def test_a_truncated_bundle(permcheck, tmp_path, android, clean):
    (tmp_path / "half.apk").write_bytes(android.read_bytes()[:2000])
    done = permcheck("check", "half.apk", "--policy", clean)
    assert done.code == 3
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("shell.html", b'<!doctype html><html><body><div id="root"></div><script src="a.js"></script></body></html>'),
        ("blank.html", b"<html><body><p> </p></body></html>"),
        ("binary.txt", bytes(range(256)) * 20),
    ],
)
def test_a_policy_without_text_is_no_list_of_silent_permissions(permcheck, tmp_path, android, name, content):
    (tmp_path / name).write_bytes(content)
    done = permcheck("check", android, "--policy", name, "--format", "json")
    assert done.code == 3
    (line,) = done.err.splitlines()
    assert name in line
    report = json.loads(done.out)
    assert report["assessments"] == []
    assert not [finding for finding in report["findings"] if finding["rule"] == "PC101"]


def test_allow_incomplete_accepts_a_lost_input(permcheck, tmp_path, android, clean):
    (tmp_path / "bad.apk").write_bytes(b"")
    assert permcheck("check", android, "bad.apk", "-p", clean, "-q", "--allow-incomplete").code == 0


def test_wrong_use_is_exit_2(permcheck, tmp_path, android, clean):
    assert permcheck("check").code == 2
    assert permcheck("check", android, "--policy", clean, "--format", "morse").code == 2
    assert permcheck("check", android, "--policy", clean, "--output", "report").code == 2
    done = permcheck("check", android, "--policy", clean, "--output", "html:no/such/dir/a.html")
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    (tmp_path / "nothing").mkdir()
    assert "no app bundle" in permcheck("check", "nothing", "-p", clean).err


@pytest.mark.parametrize(
    "words",
    [
        ("check", "", "-p", "{clean}"),
        ("check", "{app}", "-p", ""),
        ("policy", ""),
        ("permissions", ""),
        ("draft", "clauses", "{app}", "-p", ""),
        ("diff", "{app}", ""),
    ],
)
def test_a_variable_that_is_not_set_is_no_directory(permcheck, android, clean, words):
    done = permcheck(*(str(word).format(app=android, clean=clean) for word in words))
    assert (done.code, done.out) == (2, "")
    assert "is a variable unset?" in done.err


def test_a_directory_is_searched(permcheck, tmp_path, android, ios, clean):
    for source, target in ((android, "build/out/a.apk"), (ios, "build/b.ipa"), (clean, "build/notes.html")):
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, tmp_path / target)
    report = json.loads(permcheck("check", "build", "--policy", clean, "--format", "json").out)
    assert {app["path"] for app in report["apps"]} == {"build/out/a.apk", "build/b.ipa"}


def test_two_runs_compare_equal(permcheck, android, ios, gaps):
    runs = {permcheck("check", android, ios, "-p", gaps, "--format", name).out for name in ("json", "json")}
    assert len(runs) == 1


def test_the_configuration_fills_flags_and_flags_win(permcheck, tmp_path, android, gaps, monkeypatch):
    (tmp_path / "mine.toml").write_text(f'policy = ["{gaps}"]\nfail-on = "never"\nquiet = true\n')
    monkeypatch.setenv("PERMCHECK_CONFIG", "mine.toml")
    assert permcheck("check", android).code == 0
    assert permcheck("check", android, "--fail-on", "error").code == 1
    monkeypatch.setenv("PERMCHECK_FAIL_ON", "error")
    assert permcheck("check", android).code == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('fail_on = "never"\n', "did you mean 'fail-on'"),
        ("fail-on = \n", "permcheck.toml"),
        ('fail-on = "x"\n', "fail-on"),
        ("policy = 5", "permcheck.toml: 'policy' must be a list of text"),
        ("fail-on = 3", "permcheck.toml: 'fail-on' must be text"),
        ("quiet = 1", "permcheck.toml: 'quiet' must be true or false"),
        ("waiver = 5", "permcheck.toml: waivers are written as [[waiver]] tables"),
        ("[waiver]\nrule = 'x'", "permcheck.toml: waivers are written as [[waiver]] tables"),
    ],
)
def test_a_broken_configuration_is_exit_2(permcheck, tmp_path, android, clean, text, complaint):
    (tmp_path / "permcheck.toml").write_text(text)
    done = permcheck("check", android, "-p", clean)
    assert done.code == 2
    assert complaint in done.err


def test_a_variable_stands_for_every_flag(permcheck, tmp_path, android, gaps, monkeypatch):
    for name, value in {"APP": android, "POLICY": gaps, "OUTPUT": "text:out.txt", "QUIET": "1"}.items():
        monkeypatch.setenv(f"PERMCHECK_{name}", str(value))
    assert permcheck("check").code == 1
    assert (tmp_path / "out.txt").exists()


@pytest.mark.parametrize("epoch", ["soon", "9" * 20, "-1" + "0" * 20])
def test_an_impossible_day_is_exit_2(permcheck, android, gaps, monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    done = permcheck("check", android, "-p", gaps)
    assert done.code == 2
    assert done.err.startswith("permcheck: SOURCE_DATE_EPOCH: ")


def test_decisions_are_honoured_and_those_against_a_finding_count(permcheck, tmp_path, android, gaps, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    old = json.loads(permcheck("check", android, "-p", gaps, "-f", "json").out)
    for decision, code in (("accept", 0), ("reject", 1), ("will-fix", 1)):
        entry = {"decision": decision, "reason": "r", "name": "n", "date": "2026-01-01", "expires": "2026-03-01"}
        entries = [{"fingerprint": finding["fingerprint"], **entry} for finding in old["findings"]]
        (tmp_path / "decisions.json").write_text(decisions(entries, old["digest"], ["com.example.haldenhome"]))
        assert permcheck("check", android, "-p", gaps, "--decisions", "decisions.json").code == code


def test_waivers_and_baseline(permcheck, tmp_path, android, gaps, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    permcheck("check", android, "-p", gaps, "-q", "-o", "json:old.json")
    assert permcheck("check", android, "-p", gaps, "-q", "--baseline", "old.json").code == 0
    (tmp_path / "mine.toml").write_text(
        '[[waiver]]\nrule = "*"\nsubject = "*"\nreason = "agreed"\nowner = "DPO"\nexpires = 2026-06-30\n'
    )
    options = ("check", android, "-p", gaps, "--config", "mine.toml")
    done = permcheck(*options, "--format", "json")
    assert done.code == 0
    *found, wide = json.loads(done.out)["findings"]
    assert all(finding["waiver"]["owner"] == "DPO" for finding in found)
    assert (wide["name"], wide["waiver"]) == ("waiver-of-everything", None)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1785542400")
    assert permcheck(*options, "-q").code == 1


def test_a_data_safety_form_is_a_third_witness(permcheck, tmp_path, android, clean):
    (tmp_path / "form.csv").write_text(
        "Question ID (machine readable),Response ID (machine readable),Response value,Answer requirement,Label\n"
        "PSL_DATA_TYPES_CALENDAR,PSL_CALENDAR,true,MULTIPLE_CHOICE,x\n"
    )
    report = json.loads(permcheck("check", android, "-p", clean, "--data-safety", "form.csv", "-f", "json").out)
    assert ("data-safety-beyond-policy", "com.example.haldenhome/calendar") in {
        (finding["name"], finding["subject"]) for finding in report["findings"]
    }


def test_unfilled_text_in_the_store_form_is_found_and_a_broken_form_is_a_lost_input(
    permcheck, tmp_path, android, clean
):
    head = "Question ID (machine readable),Response ID (machine readable),Response value,Answer requirement,Label\n"
    (tmp_path / "form.csv").write_text(f"{head}PSL_ACCOUNT_DELETION_URL,,{{{{DELETION_URL}}}},MAYBE_REQUIRED,x\n")
    report = json.loads(permcheck("check", android, "-p", clean, "--data-safety", "form.csv", "-f", "json").out)
    (found,) = [finding for finding in report["findings"] if "{{DELETION_URL}}" in finding["message"]]
    assert found["name"] == "template-variable"
    (tmp_path / "form.csv").write_text("name,value\n")
    done = permcheck("check", android, "-p", clean, "--data-safety", "form.csv", "-f", "json", "--fail-on", "never")
    assert done.code == 3
    assert "form.csv: not a Data safety CSV" in done.err
    assert json.loads(done.out)["assessments"]


def test_colour_only_where_asked(permcheck, android, clean, monkeypatch):
    assert "\x1b[" not in permcheck("check", android, "-p", clean).out
    assert "\x1b[" in permcheck("check", android, "-p", clean, "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in permcheck("check", android, "-p", clean).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in permcheck("check", android, "-p", clean).out


def carrying(target, android, *policies):
    shutil.copy(android, target)
    with zipfile.ZipFile(target, "a") as archive:
        for policy in policies:
            archive.write(policy, "assets/privacy_policy" + policy.suffix)


def test_without_a_policy_the_one_in_the_bundle_is_judged_and_said_to_be(permcheck, tmp_path, android, clean):
    carrying(tmp_path / "app.apk", android, clean)
    report = json.loads(permcheck("check", "app.apk", "--format", "json").out)
    assert [document["path"] for document in report["documents"]] == ["app.apk!/assets/privacy_policy.html"]
    assert "policy-from-bundle" in {finding["name"] for finding in report["findings"]}
    assert "disclosed" in {cell["verdict"] for cell in report["assessments"]}


def test_the_policy_in_the_bundle_is_linted_beside_the_one_that_is_given(permcheck, tmp_path, android, clean, gaps):
    carrying(tmp_path / "app.apk", android, gaps)
    report = json.loads(permcheck("check", "app.apk", "--policy", clean, "--format", "json").out)
    assert [document["path"] for document in report["documents"]] == [clean.name]
    assert any("{{RECIPIENT_LIST}}" in finding["message"] for finding in report["findings"])
    assert "policy-from-bundle" not in {finding["name"] for finding in report["findings"]}


def test_no_policy_at_all_is_wrong_use(permcheck, android):
    done = permcheck("check", android)
    assert done.code == 2
    assert "--policy" in done.err


def test_the_sample_fits_sixty_lines_and_begins_with_what_to_do(permcheck, samples):
    given = (samples / "halden-home.apk", samples / "halden-home.ipa")
    done = permcheck("check", *given, "--policy", samples / "policy_with_gaps.txt")
    lines = done.out.splitlines()
    assert len(lines) <= 60
    assert lines[0].startswith("Not ready: ")
    assert lines[2] == "Fix first"
    assert done.out.index("Fix first") < done.out.index("Halden Home") < done.out.index("Policy text:")


def test_the_sample_page_is_small(permcheck, samples, tmp_path):
    given = (samples / "halden-home.apk", samples / "halden-home.ipa")
    permcheck("check", *given, "--policy", samples / "policy_with_gaps.txt", "-o", f"html:{tmp_path / 'r.html'}")
    assert (tmp_path / "r.html").stat().st_size <= 150_000


def test_a_date_is_shown_where_it_is_given_and_must_be_one(permcheck, android, gaps):
    dated = permcheck("check", android, "--policy", gaps, "--format", "html", "--date", "2026-12-01").out
    assert "2026-12-01 · report <code>" in dated
    assert "2026-12-01" not in permcheck("check", android, "--policy", gaps, "--format", "html").out.partition("<h2")[0]
    wrong = permcheck("check", android, "--policy", gaps, "--date", "31 June")
    assert wrong.code == 2
    assert "is not a date such as" in wrong.err
