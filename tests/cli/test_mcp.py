"""A coding assistant's client starts the server, lists its tools, and gets short answers that cite lines."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from permcheck.answers import MOST, Answers
from permcheck.cli.mcp import TOOLS
from permcheck.errors import UsageError

SAMPLES = Path(__file__).parent.parent.parent / "sample_apks"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    directory = tmp_path_factory.mktemp("root")
    for name in ("halden-home.apk", "policy_with_gaps.txt"):
        shutil.copy(SAMPLES / name, directory / name)
    (directory.parent / "secret.txt").write_text("We collect your location.")
    (directory / "out.txt").symlink_to(directory.parent / "secret.txt")
    return directory


def talk(root, *calls):
    """The tools that the server lists, and the answers to calls, over a real process and the SDK's own client."""

    async def run():
        parameters = StdioServerParameters(
            command=sys.executable,
            args=["-m", "permcheck", "mcp", "--root", str(root)],
            cwd=str(root.parent),
            env=dict(os.environ),
        )
        async with Client(parameters) as client:
            tools = await client.list_tools()
            return tools.tools, [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(run())


def tree(root):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def talked(root):
    before = tree(root)
    pair = {"apps": ["halden-home.apk"], "policies": ["policy_with_gaps.txt"]}
    answer = talk(
        root,
        ("check", pair),
        ("permissions", {"apps": ["halden-home.apk"]}),
        ("policy", {"policies": ["policy_with_gaps.txt"]}),
        ("trace", {"policy": "policy_with_gaps.txt", "category": "bluetooth"}),
        ("explain", {"name": "PC101"}),
        ("draft", pair),
        ("check", {"apps": ["../secret.txt"], "policies": ["policy_with_gaps.txt"]}),
        ("policy", {"policies": ["out.txt"]}),
        ("policy", {"policies": ["https://permcheck.test/privacy"]}),
        ("explain", {"name": "camra"}),
        ("check", {"apps": "halden-home.apk"}),
    )
    assert tree(root) == before
    return answer


def test_every_tool_is_read_only_and_typed(talked):
    tools, _ = talked
    assert [tool.name for tool in tools] == list(TOOLS)
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.annotations.open_world_hint is False
        assert tool.description
        assert tool.input_schema["properties"]
        assert tool.output_schema


def test_a_check_cites_rule_file_and_lines(talked, root):
    _, (check, *_) = talked
    answer = check.structured_content
    assert not check.is_error
    assert answer["passed"] is False
    rules = {found["rule"] for found in answer["findings"]}
    assert "PC101" in rules
    lines = (root / "policy_with_gaps.txt").read_text(encoding="utf-8").splitlines()
    quoted = [quote for found in answer["findings"] for quote in found["quotes"]]
    assert quoted
    for quote in quoted:
        assert quote["file"] == "policy_with_gaps.txt"
        first = quote["text"].split()[0]
        assert any(first in line for line in lines[quote["lines"][0] - 1 : quote["lines"][1]])
    assert str(root) not in str(answer)
    assert len(answer["findings"]) <= MOST


def test_the_other_tools_answer(talked):
    _, (_, permissions, policy, trace, explained, drafted, *_) = talked
    keys = {row["key"] for row in permissions.structured_content["permissions"]}
    assert "android.permission.CAMERA" in keys
    assert policy.structured_content["placeholders"][0]["lines"]
    assert {quote["category"] for quote in trace.structured_content["disclosures"]} <= {"bluetooth"}
    assert "PC101 undisclosed-permission" in explained.content[0].text
    assert "DRAFT" in drafted.content[0].text


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (6, "../secret.txt: outside of the root of this server"),
        (7, "out.txt: outside of the root of this server"),
        (8, "no such file below the root"),
        (9, "did you mean camera"),
        (10, "valid list"),
    ],
)
def test_what_is_refused_is_told_in_words(talked, number, told):
    _, answers = talked
    answer = answers[number]
    assert answer.is_error
    assert told in answer.content[0].text
    assert "Traceback" not in answer.content[0].text
    assert "We collect" not in answer.content[0].text


def test_a_root_that_is_no_directory_is_refused(tmp_path):
    with pytest.raises(UsageError, match="not a directory"):
        Answers(tmp_path / "nowhere")


def test_without_the_extra_the_command_says_what_to_install(permcheck, monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    done = permcheck("mcp")
    assert done.code == 2
    assert 'pip install "permcheck[mcp]"' in done.err
