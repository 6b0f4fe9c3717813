"""Whatever is done to a binary, it is answered with facts and gaps, and the damage rarely goes unsaid."""

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from permcheck.facts.ios.macho import read_binary
from permcheck.model import Gap, Location

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "fuzz_macho.py"


def load():
    spec = importlib.util.spec_from_file_location("fuzz_macho", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


fuzz = load()


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_mutants_are_answered_with_facts_and_gaps(seed):
    total = sum((answers for _, _, answers in fuzz.run(800, seed)), Counter())
    assert total["Fact"] > 800
    assert total["Gap"] > 400


def test_the_unchanged_originals_have_nothing_to_tell_but_what_they_are():
    reasons = {
        item.reason
        for data in fuzz.originals()
        for item in read_binary(data, Location("original"), fuzz.WANTED)
        if isinstance(item, Gap)
    }
    assert all("FairPlay" in reason or "code signature" in reason for reason in reasons)
