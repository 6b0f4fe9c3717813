"""The declared shape of the mappings as editors and readers get it says what the loader says."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from permcheck.checks import CHECKS as FUNCTIONS
from permcheck.knowledge import declared, schema
from permcheck.knowledge.faults import key_of
from permcheck.knowledge.parameters import CHECKS

ROOT = Path(__file__).parent.parent
SECTION = {"categories": "category", "rules": "rule", "sdks": "sdk", "languages": "language"}


@pytest.mark.parametrize("name", declared.FILES)
def test_the_schema_files_are_those_of_the_classes(golden, name):
    text = json.dumps(declared.json_schema(name), ensure_ascii=False, indent=1) + "\n"
    golden(ROOT / "mappings" / "schema" / f"{name}.schema.json", text)


@pytest.mark.parametrize("section", SECTION)
def test_our_own_files_obey_the_schema_files(section):
    validator = jsonschema.Draft7Validator(declared.json_schema(SECTION[section]))
    for path in sorted((ROOT / "mappings" / section).glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        assert [error.message for error in validator.iter_errors(table)] == [], path


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"severity": "fatal"}, "'fatal' is not one of"),
        ({"with": {"verdict": "silentt"}}, "'silentt' is not one of"),
        ({"with": {"verdickt": "silent"}}, "'verdickt' was unexpected"),
        ({"titel": "x"}, "'titel' was unexpected"),
        ({"references": ["http://x"]}, "does not match"),
    ],
)
def test_an_editor_sees_what_the_loader_refuses(change, wrong):
    table = tomllib.loads((ROOT / "mappings/rules/PC101.toml").read_text(encoding="utf-8")) | change
    (error,) = jsonschema.Draft7Validator(declared.json_schema("rule")).iter_errors(table)
    assert wrong in error.message


def test_every_check_declares_its_parameters():
    assert CHECKS.keys() == FUNCTIONS.keys()


def classes():
    own = [getattr(schema, name) for name in dir(schema) if is_dataclass(getattr(schema, name))]
    return [*own, *(check.schema for check in CHECKS.values() if not isinstance(check.parameters, str))]


@pytest.mark.parametrize("cls", classes(), ids=lambda cls: cls.__name__)
def test_every_field_says_what_it_is_for(cls):
    docs = declared.docs_of(cls)
    missing = [item.name for item in fields(cls) if item.name not in docs]
    assert missing == []


def test_rows_tell_type_default_and_purpose():
    rows = {key: rest for key, *rest in declared.rows(schema.Rule)}
    assert rows["severity"] == ["`error`, `warning`, `note`", "required", "How much a finding weighs."]
    assert rows["confidence"][1] == '"high"'
    assert set(rows) == {key_of(item) for item in fields(schema.Rule)}
    assert get_args(schema.ExampleStance)[-1] == "silent"
