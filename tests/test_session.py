"""The public contract: one session reads, judges, stores and judges again, in any process and thread."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

import permcheck
from permcheck import codec, tasks
from permcheck.knowledge import kept, load_knowledge
from permcheck.workers import Pool
from tests.builders.apk import build_apk, manifest

CAMERA = '<uses-permission android:name="android.permission.CAMERA"/>'
SAYS = b"Privacy policy. We use the camera to scan the pairing code of your lamp. " * 3


@pytest.fixture(scope="module")
def session():
    with permcheck.Session(jobs=2) as opened:
        yield opened


@pytest.fixture
def apk(tmp_path):
    path = tmp_path / "lamp.apk"
    path.write_bytes(build_apk(manifest(CAMERA)))
    return path


def test_every_name_of_the_contract_is_there_and_nothing_else_is_listed():
    assert dir(permcheck) == sorted(permcheck.__all__)
    assert all(getattr(permcheck, name) is not None for name in permcheck.__all__)
    with pytest.raises(AttributeError, match="no attribute 'scan'"):
        permcheck.scan  # noqa: B018


def test_importing_the_package_loads_nothing_heavy():
    code = "import permcheck, sys; print([name for name in sys.modules if name.startswith('permcheck.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_module_stands_in_the_way_of_a_public_name() -> None:
    modules = {path.stem for path in Path(permcheck.__file__).parent.iterdir()}
    assert not modules & set(permcheck.__all__)


def test_one_call_checks_an_app(apk, tmp_path):
    policy = tmp_path / "privacy.txt"
    policy.write_bytes(SAYS)
    report = permcheck.check(apk, policy)
    assert {cell.category: cell.verdict for cell in report.assessments}["camera"] == "disclosed"
    assert json.loads(permcheck.render("json", report))["schema"] == "permcheck-report/1"
    assert "<html" in permcheck.render("html", report)
    assert permcheck.load_report(permcheck.render("json", report)) == replace(report, apps=report.apps)


def test_facts_and_policies_are_stored_and_judged_again_without_their_files(session, samples, tmp_path):
    paths = [samples / "halden-home.apk", samples / "halden-home.ipa"]
    whole = session.check(paths, samples / "policy_with_gaps.txt")
    stored = [codec.dump_facts(session.facts(path)) for path in paths]
    policy = codec.dump_policy(session.policy(samples / "policy_with_gaps.txt"))
    facts = [codec.load_facts(text) for text in stored]
    assert [codec.dump_facts(one) for one in facts] == stored
    assert session.judge(facts, codec.load_policy(policy)) == whole


def test_what_was_understood_once_is_judged_the_same(session, samples):
    policy = session.policy(samples / "policy_with_gaps.txt")
    for name in ("halden-home.apk", "halden-home.ipa", "halden-fat.ipa"):
        first = session.judge(session.facts(samples / name), policy)
        assert session.judge(first.apps, policy) == first


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema":"permcheck-facts/1"}', "[" * 100_000])
def test_what_was_never_stored_is_refused_by_name(text):
    with pytest.raises(permcheck.InputError, match=r"^stored\.json: "):
        codec.load_facts(text, "stored.json")


def test_a_stored_value_of_another_type_is_refused(session, apk):
    record = json.loads(codec.dump_facts(session.facts(apk)))
    for change in ({"platform": "palm"}, {"facts": [7]}, {"app_id": None}, {"colour": "red"}):
        with pytest.raises(permcheck.InputError, match="damaged"):
            codec.load_facts(json.dumps(record | change))


def test_stored_facts_know_which_names_they_were_searched_for(session, apk):
    facts = session.facts(apk)
    assert session.is_current(facts)
    assert not session.is_current(replace(facts, api_digest="0"))


def test_a_policy_may_come_as_bytes(session):
    policy = session.policy(SAYS, "privacy.md")
    assert policy.document.path == "privacy.md"
    assert [said.category for said in policy.disclosures][:1] == ["camera"]
    with pytest.raises(permcheck.InputError, match=r"^<bytes>: "):
        session.policy(b"\x89PNG")


def test_a_policy_alone_is_judged_as_if_an_app_asked_for_everything(session):
    report = session.judge((), session.policy(SAYS))
    assert {cell.app for cell in report.assessments} == {""}


def test_a_run_streams_a_part_for_each_app_and_one_of_the_rest(session, samples):
    paths = [samples / "halden-home.apk", samples / "missing.apk", samples / "halden-home.ipa"]
    policy = samples / "policy_with_gaps.txt"
    parts = list(session.stream(paths, policy))
    assert [[app.platform for app in part.apps] for part in parts] == [["android"], [], ["ios"], []]
    assert [gap.reason for gap in parts[1].gaps] == ["no such file"]
    assert [finding.name for finding in parts[1].findings] == ["unread-input"]
    whole = session.check(paths, policy)
    assert sum(len(part.findings) for part in parts) >= len(whole.findings)
    assert {finding.rule for part in parts for finding in part.findings} == {f.rule for f in whole.findings}


def test_nothing_to_compare_with_is_wrong_use(session, apk):
    with pytest.raises(permcheck.UsageError, match="no --policy is given"):
        session.check(apk)


def test_a_pickled_session_is_small_and_shares_what_is_compiled(session, apk):
    data = pickle.dumps(session)
    assert len(data) < 2000
    with pickle.loads(data) as copy:
        assert copy.mappings_digest == session.mappings_digest
        assert copy.facts(apk) == session.facts(apk)
        made = [kept(each, "a table", list) for each in (copy._knowledge, session._knowledge, load_knowledge())]
        assert made[0] is made[1] is made[2]


def test_a_pickled_session_carries_a_companys_own_mappings(tmp_path):
    own = tmp_path / "own"
    (own / "categories").mkdir(parents=True)
    (own / "categories" / "camera.toml").write_text('id = "camera"\ntitle = "Lens"\n')
    data = pickle.dumps(permcheck.Session([own]))
    shutil.rmtree(own)
    code = (
        "import pickle, sys; s = pickle.loads(sys.stdin.buffer.read());"
        "policy = s.policy(b'Privacy policy: we use the camera of your phone to scan. ' * 5);"
        "print([note.title for note in s.judge((), policy).categories if note.id == 'camera'])"
    )
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    assert done.stdout.strip() == b"['Lens']"


def test_a_pickle_of_other_mappings_is_refused(session):
    reduced = session._knowledge.__reduce__()
    with pytest.raises(permcheck.MappingError, match="other mappings"):
        reduced[0]("0" * 64, ())


def test_threads_share_one_session(session, samples):
    alone = session.check(samples / "halden-home.apk", samples / "policy_clean.html")
    found = []

    def ask():
        found.append(session.check(samples / "halden-home.apk", samples / "policy_clean.html"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 4


def test_copies_of_a_policy_are_read_once_and_stand_each_at_its_place(monkeypatch, samples, tmp_path):
    asked = []
    submit = Pool.submit

    def watched(self, function, *given, **named):
        asked.append(function)
        return submit(self, function, *given, **named)

    monkeypatch.setattr(Pool, "submit", watched)
    text = (samples / "policy_with_gaps.txt").read_bytes()
    for name in ("a.txt", "b.txt", "c.md"):
        (tmp_path / name).write_bytes(text)
    monkeypatch.chdir(tmp_path)
    with permcheck.Session(jobs=2) as session:
        report = session.policies(["a.txt", "b.txt"])
        assert asked.count(tasks.policy) == 1
        again = session.policies(["b.txt", "c.md"])
        assert asked.count(tasks.policy) == 2  # what ends in .md may be read otherwise
    first, second = report.policies
    assert first.document.path == "a.txt"
    assert {said.location.path for said in (*second.disclosures, *second.placeholders)} == {"b.txt"}
    assert again.policies[0] == second
    assert codec.dump_policy(first).replace('"a.txt"', '"b.txt"') == codec.dump_policy(second)


def test_every_copy_that_cannot_be_read_is_lost_under_its_own_name(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(b"\x89PNG")
    lost = session.policies(["a.txt", "b.txt"]).gaps
    assert [(gap.location.path, gap.reason) for gap in lost] == [
        ("a.txt", "an image, not a policy"),
        ("b.txt", "an image, not a policy"),
    ]
