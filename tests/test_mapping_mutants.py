"""One fault at a time in our own mappings: each gets one line with file, line, key and what is allowed; none passes."""

# ruff: noqa: E501  (a fault a line)

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from permcheck import examples
from permcheck.errors import MappingError
from permcheck.knowledge import load_knowledge, sources
from permcheck.knowledge.schema import Category, Rule
from permcheck.knowledge.validation import own_faults

ROOT = Path(__file__).parent.parent

SHAPE = [
    # wrong key
    ("rules/PC101", 'severity = "error"', 'severty = "error"', "severty", "did you mean 'severity'?"),
    ("rules/PC101", 'verdict = "silent"', 'verdickt = "silent"', "with.verdickt", "did you mean 'verdict'?"),
    ("rules/PC102", "draft = true", "drafts = true", "with.drafts", "did you mean 'draft'?"),
    ("rules/PC101", 'policy = "The app uses', 'polcy = "The app uses', "example[1].polcy", "did you mean 'policy'?"),
    ("rules/PC342", "skip = [", "skipp = [", "with.skipp", "did you mean 'skip'?"),
    ("rules/PC345", 'subject = "com.apple.developer.homekit"', 'subjekt = "x"', "with.pair[1].subjekt", "'subject'"),
    ("rules/PC403", "governs = ", "govern = ", "with.govern", "did you mean 'governs'?"),
    ("rules/PC320", 'question = "unused"', 'questions = "unused"', "with.questions", "did you mean 'question'?"),
    ("rules/PC903", "[with]\n", "[with]\nfatal = true\n", "with.fatal", "unknown key"),
    ("rules/PC403", "[with]\n", '[with]\nseverity = "note"\n', "with.severity", "unknown key"),
    ("categories/nfc", "order = 42", "ordre = 42", "ordre", "did you mean 'order'?"),
    ("categories/nfc", "[phrase.en]\nclear = ", "[phrase.en]\nclaer = ", "phrase.en.claer", "did you mean 'clear'?"),
    ("categories/nfc", 'source = "https://developer.apple.com/documentation/corenfc"', 'sorce = "https://developer.apple.com/documentation/corenfc"', "sorce", "did you mean 'source'?"),
    ("sdks/adjust", "packages = ", "package = ", "package", "did you mean 'packages'?"),
    ("languages/fr", "needless = ", "needles = ", "needles", "did you mean 'needless'?"),
    # missing key
    ("rules/PC101", 'check = "coverage"\n', "", "", "missing key 'check'"),
    ("rules/PC102", 'verdict = "vague"\n', "", "with", "missing key 'verdict'"),
    ("rules/PC130", 'when = ["permission:android.permission.ACCESS_BACKGROUND_LOCATION"]\n', "", "with", "missing key 'when'"),
    ("rules/PC345", 'when = ["purpose-string:NSHomeKitUsageDescription"]\n', "", "with.pair[1]", "missing key 'when'"),
    ("rules/PC201", "declared = false\n", "", "with", "missing key 'declared'"),
    ("rules/PC440", 'subject = "responsible-company"\n', "", "with", "missing key 'subject'"),
    ("rules/PC352", "[with.filler]", "[with.fillers]", "with.fillers", "did you mean 'filler'?"),
    ("rules/PC911", '[with]\nstatus = "expired"\n', "", "with", "missing key 'status'"),
    ("rules/PC320", '[with]\nquestion = "unused"\n', "", "with", "missing key 'question'"),
    ("rules/PC903", 'message = "', 'massage = "', "massage", "did you mean 'message'?"),
    ("sdks/adjust", 'vendor = "Adjust"\n', "", "", "missing key 'vendor'"),
    ("categories/nfc", 'title = "NFC"\n', "", "", "missing key 'title'"),
    # wrong type
    ("categories/nfc", "order = 42", 'order = "42"', "order", "expected a whole number"),
    ("categories/nfc", 'gated = ["android", "ios"]', 'gated = "android"', "gated", "expected a list"),
    ("rules/PC101", "draft = true", 'draft = "yes"', "with.draft", "expected true or false"),
    ("rules/PC101", "finds = []", 'finds = "camera"', "example[1].finds", "expected a list"),
    ("rules/PC101", 'facts = ["android.permission.CAMERA"]\npolicy = "We', 'facts = [7]\npolicy = "We', "example[0].facts[0]", "expected text"),
    ("rules/PC401", "case = true", "case = 1", "with.pattern[0].case", "expected true or false"),
    ("sdks/adjust", 'packages = ["com.adjust.sdk"]', 'packages = "com.adjust.sdk"', "packages", "expected a list"),
    ("languages/fr", 'title = "Français"', 'title = ["Français"]', "title", "expected text"),
    # wrong enum
    ("rules/PC101", 'verdict = "silent"', 'verdict = "silentt"', "with.verdict", "did you mean 'silent'?"),
    ("rules/PC101", 'severity = "error"', 'severity = "fatal"', "severity", "none of error, warning, note"),
    ("rules/PC201", 'confidence = "low"', 'confidence = "lo"', "confidence", "did you mean 'low'?"),
    ("rules/PC201", 'policy = "told"', 'policy = "tolled"', "with.policy", "did you mean 'told'?"),
    ("rules/PC201", 'source = "data-safety"', 'source = "data_safety"', "with.source", "did you mean 'data-safety'?"),
    ("rules/PC303", 'platform = "android"', 'platform = "andriod"', "with.platform", "did you mean 'android'?"),
    ("rules/PC345", 'roles = ["app", "appex"]', 'roles = ["app", "apex"]', "with.roles[1]", "did you mean 'appex'?"),
    ("rules/PC352", 'test = "resource"', 'test = "resources"', "with.test", "did you mean 'resource'?"),
    ("rules/PC320", 'question = "unused"', 'question = "unsued"', "with.question", "did you mean 'unused'?"),
    ("rules/PC911", 'status = "expired"', 'status = "expried"', "with.status", "did you mean 'expired'?"),
    ("rules/PC411", 'governs = "block"', 'governs = "blok"', "with.governs", "did you mean 'block'?"),
    ("rules/PC120", 'verdicts = ["vague"]', 'verdicts = ["vage"]', "with.verdicts[0]", "did you mean 'vague'?"),
    ("categories/camera", 'kind = "permission"\nkey = "android.permission.CAMERA"', 'kind = "permision"\nkey = "android.permission.CAMERA"', "signal[1].kind", "did you mean 'permission'?"),
    ("categories/nfc", 'confidence = "low"', 'confidence = "none"', "confidence", "none of high, medium, low"),
    ("categories/nfc", 'platform = "ios"', 'platform = "iso"', "platform", "did you mean 'ios'?"),
    ("sdks/adjust", 'kind = "attribution"', 'kind = "atribution"', "kind", "did you mean 'attribution'?"),
    # wrong reference
    ("rules/PC101", 'check = "coverage"', 'check = "covrage"', "check", "did you mean 'coverage'?"),
    ("rules/PC342", 'category = "local-network"', 'category = "local-netwrk"', "with.category", "did you mean 'local-network'?"),
    ("rules/PC352", 'words_of = "PC354"', 'words_of = "PC359"', "with.words_of", "no rule is called 'PC359'"),
    ("rules/PC101", "({evidence})", "({evidnce})", "message", "did you mean 'evidence'?"),
    ("rules/PC101", '"https://eur-lex.europa.eu/eli', '"http://eur-lex.europa.eu/eli', "references[2]", "not an official source"),
    ("rules/PC303", '"permission:android.permission.CHANGE_WIFI_MULTICAST_STATE",', '"permision:android.permission.CHANGE_WIFI_MULTICAST_STATE",', "with.when[0]", "did you mean 'permission'?"),
    ("rules/PC101", 'id = "PC101"', 'id = "PC011"', "id", "does not match the file name"),
    ("categories/location-background", 'parent = "location"', 'parent = "locaton"', "parent", "did you mean 'location'?"),
    ("categories/nfc", 'developer.apple.com/documentation/corenfc"', 'example.com/corenfc"', "source", "not an official source"),
    ("sdks/adjust", '"tracking", "device-id"', '"tracking", "device-idd"', "categories[1]", "did you mean 'device-id'?"),
    ("sdks/adjust", 'policy = "https', 'policy = "ftp', "policy", "not an https address"),
    # wrong language
    ("categories/nfc", "[phrase.de]", "[phrase.dee]", "phrase.dee", "did you mean 'de'?"),
    ("categories/nfc", '[[example.fr]]\ntext = "L’application n', '[[example.xx]]\ntext = "L’application n', "example.xx", "no language is called 'xx'"),
    ("rules/PC352", "\nnl = [", "\nNL = [", "with.filler.NL", "no language code"),
    ("languages/fr", 'code = "fr"', 'code = "fra"', "code", "does not match the file name"),
    # broken expressions, phrases, dates and syntax
    ("rules/PC401", "unless_before = '(?:click", "unless_before = '(?:(click", "with.pattern[0].unless_before", "missing )"),
    ("rules/PC411", r"'\bLorem ipsum\b|", r"'(?:\w+)+|", "with.pattern[0].find", "quantifier inside an unbounded group"),
    ("categories/nfc", 'clear = ["nfc", "near', 'clear = ["", "near', "phrase.en.clear[0]", "has no words"),
    ("categories/nfc", '"contactless payment|', '"& @payments|', "phrase.en.veto[0]", ""),
    ("rules/PC440", 'checked = "2026-12-01"', 'checked = "2026-13-01"', "checked", "no date"),
    ("rules/PC101", "[with]\n", "[with\n", "", "Expected ']'"),
]  # fmt: skip
READ = [
    ("rules/PC101", 'finds = ["camera"]', 'finds = ["microphone"]', "example[0].finds", "should find ['microphone']"),
    ("rules/PC130", 'finds = ["background-location"]', 'finds = ["location"]', "example[0].finds", "should find"),
    ("rules/PC303", "finds = []", 'finds = ["x"]', "example[1].finds", "should find ['x']"),
    (
        "categories/nfc",
        'use NFC."\nstance = "denied"',
        'use NFC."\nstance = "disclosed"',
        "example.en[2].stance",
        "should be disclosed",
    ),
    (
        "categories/nfc",
        "We offer contactless delivery",
        "We use NFC for delivery",
        "example.en[4].stance",
        "should be silent",
    ),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    directory = tmp_path_factory.mktemp("copy") / "mappings"
    shutil.copytree(ROOT / "mappings", directory)
    return directory


@pytest.fixture
def mutate(copy, monkeypatch, tmp_path):
    monkeypatch.setattr(sources, "shipped", lambda: copy)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    changed = []

    def change(name, old, new):
        path = copy / f"{name}.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} holds no {old!r}"
        changed.append((path, text))
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    yield change
    for path, text in changed:
        path.write_text(text, encoding="utf-8")


def number(line, name):
    """The line that a complaint names; the complaint must begin with the file."""
    start = line.removeprefix("mappings/").removeprefix(f"{name}.toml:")
    assert start != line, line
    return int(start.partition(":")[0])


@pytest.fixture(scope="module")
def ours():
    read = sources.read_sources(ROOT / "mappings")
    return read, sources.parse(Path("mappings"), read)


@pytest.mark.parametrize(("name", "old", "new", "key", "allowed"), SHAPE)
def test_a_fault_of_shape_gets_one_line(ours, name, old, new, key, allowed):
    read, tables = ours
    section, _, stem = name.partition("/")
    text = read[f"{name}.toml"].decode()
    assert old in text, f"{name} holds no {old!r}"
    first = text[: text.index(old)].count("\n") + 1
    lines = lines_of(read, tables, (section, stem), text.replace(old, new, 1).encode())
    (line,) = lines
    assert f"{key}: " in line
    assert allowed in line
    if new:
        assert first <= number(line, name) <= first + new.rstrip("\n").count("\n") + 1


def lines_of(read, tables, place, data):
    """What the loader says of our mappings with one file replaced."""
    section, stem = place
    path = f"{section}/{stem}.toml"
    try:
        table = sources.parse_one(Path(path), data)
    except MappingError as error:
        return list(error.lines)
    changed = {**tables, section: {**tables[section], stem: table}}
    return list(own_faults(changed, {**read, path: data}, deep=True, only=(path,)))


def test_the_files_without_a_fault_have_none(ours):
    read, tables = ours
    assert list(own_faults(tables, read, deep=True)) == []


@pytest.mark.parametrize(("name", "old", "new", "key", "allowed"), READ)
def test_an_example_that_does_not_come_true_gets_one_line(mutate, name, old, new, key, allowed):
    mutate(name, old, new)
    assert list(examples.shape_problems()) == []
    knowledge = load_knowledge()
    places = examples.Places(None)
    item = knowledge.find(name.partition("/")[2])
    if isinstance(item, Rule):
        (line,) = examples.rule_problems(item, knowledge, places)
    else:
        assert isinstance(item, Category)
        (line,) = examples.category_problems(item, knowledge, places)
    assert line.startswith(f"{name}.toml:")
    assert key in line
    assert allowed in line


def test_there_are_sixty_of_them():
    assert len(SHAPE) + len(READ) >= 60


def test_all_faults_of_several_files_come_at_once(mutate):
    mutate("rules/PC101", 'severity = "error"', 'severity = "fatal"')
    mutate("rules/PC102", 'verdict = "vague"', 'verdict = "vauge"')
    mutate("sdks/adjust", 'kind = "attribution"', 'kind = "atribution"')
    told = list(examples.shape_problems())
    assert [line.partition(".toml")[0] for line in told] == ["rules/PC101", "rules/PC102", "sdks/adjust"]
