"""A company's first mappings: what `init` writes works, fails where it should, and shows how a sentence was read."""

from __future__ import annotations

import json
import tomllib

import jsonschema
import pytest


@pytest.fixture
def acme(permcheck, tmp_path):
    done = permcheck("init", "--mappings", "acme")
    assert done.code == 0, done.err
    return tmp_path / "acme"


def test_what_init_writes_passes(permcheck, acme):
    assert permcheck("test-mappings", "acme").out == "mappings: no problems found\n"


def test_what_init_writes_obeys_the_schemas_beside_it(acme):
    for path in acme.rglob("*.toml"):
        text = path.read_text(encoding="utf-8")
        first = text.partition("\n")[0].removeprefix("#:schema ")
        schema = json.loads((path.parent / first).read_text(encoding="utf-8"))
        partial = {**schema, "required": []}  # a file of ours is extended, not repeated
        assert list(jsonschema.Draft7Validator(partial).iter_errors(tomllib.loads(text))) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("categories/camera", 'clear = ["doorbell view|views"]', "clear = []", "reads as silent, should be disclosed"),
        ("rules/ACME101", 'finds = ["doorbell-video"]', 'finds = ["x"]', "rules/ACME101.toml:22: example[0].finds: "),
        ("rules/PC404", "allow = ['\\[Product Name\\]']", "allow = []", "finds ['[Product Name]'], should find []"),
        ("tests/doorbell", '"disclosed" }', '"silent" }', "(disclosed: “The app opens the doorbell view to show"),
        ("tests/doorbell", '"PC101"]', '"ACME101"]', "finds 'ACME101'"),
        (
            "tests/doorbell",
            'finds = ["ACME101 d',
            'finds = ["ACME101 c',
            "no finding 'ACME101 coorbell-video'; found [",
        ),
    ],
)
def test_each_part_of_it_is_needed(permcheck, acme, file, old, new, told):
    path = acme / f"{file}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    done = permcheck("test-mappings", "acme")
    assert done.code == 1
    assert told in done.out
    assert all(line.startswith("acme/") for line in done.out.splitlines())


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "categories/camera",
            "permission",
            "permision",
            "acme/categories/camera.toml:8: signal[0].kind: 'permision' is",
        ),
        ("categories/camera", '"internal"', '"http://acme.test"', 'neither an https address nor "internal"'),
        ("rules/ACME101", 'check = "presence"', 'check = "presense"', "did you mean 'presence'?"),
        ("rules/ACME101", 'when = ["permission:com', 'whenn = ["permission:com', "did you mean 'when'?"),
        ("rules/PC404", "'\\[Product", "'[Product(", "acme/rules/PC404.toml:4: with.allow[0]: "),
        (
            "tests/doorbell",
            "verdicts = { camera",
            "verdicts = { camrea",
            "acme/tests/doorbell.toml:7: test[0].verdicts.cam",
        ),
        ("tests/doorbell", "finds_not", "finds_nt", "did you mean 'finds_not'?"),
    ],
)
@pytest.mark.parametrize("command", ["test-mappings", "check-mappings"])
def test_a_fault_in_it_is_told_alone(permcheck, acme, command, file, old, new, told):
    path = acme / f"{file}.toml"
    text = path.read_text(encoding="utf-8").replace(old, new)
    path.write_text(text, encoding="utf-8")
    done = permcheck(command, "acme")
    assert done.code in (1, 2)
    (line,) = (done.out + done.err).splitlines()
    assert told in line


def test_a_directory_that_is_no_section_is_told(permcheck, acme):
    (acme / "rule").mkdir()
    (acme / "rule" / "ACME102.toml").write_text("")
    assert "acme/rule: no section of the mappings; did you mean 'rules'?" in permcheck("test-mappings", "acme").err


def test_what_company_files_change_in_our_examples_is_a_complaint_about_them(permcheck, acme):
    path = acme / "categories" / "camera.toml"
    path.write_text('[phrase.en]\nveto = ["camera"]\n', encoding="utf-8")
    done = permcheck("check-mappings", "acme")
    assert done.code == 1
    assert "acme/: with these files laid over ours, categories/camera.toml: example.en[" in done.out


def test_init_replaces_nothing_unless_told(permcheck, acme):
    (acme / "categories" / "camera.toml").write_text("x = 1\n")
    done = permcheck("init", "--mappings", "acme")
    assert done.code == 2
    assert "already exists" in done.err
    assert (acme / "categories" / "camera.toml").read_text() == "x = 1\n"
    assert permcheck("init", "--mappings", "acme", "--force").code == 0
    assert (acme / "categories" / "camera.toml").read_text().startswith("#:schema")


def test_stale_rules_are_a_list_with_a_code(permcheck):
    done = permcheck("check-mappings", "--stale", "0")
    assert done.code == 1
    assert all(": compared 20" in line or ": never compared: " in line for line in done.out.splitlines())
