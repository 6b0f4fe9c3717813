"""Nothing in, the files of a company's first mappings out: one permission, one phrase, one rule, one slot, one test."""

from __future__ import annotations

from permcheck.knowledge import sources

_CATEGORY = """\
#:schema ../schema/category.schema.json
# Laid over the category of this name that comes with permcheck: lists grow, single values are replaced.
# A file of a new name is a new category; it needs id, title and meaning.

# A permission of your own. The source is any https address, or "internal".
[[signal]]
platform = "android"
kind = "permission"
key = "com.acme.permission.DOORBELL_VIDEO"
source = "internal"
note = "Video of the doorbell, which only our own apps may show."

# Words of your own that name the category. `a|b` are choices, `*` ends a word, `?` follows what may be missing.
[phrase.en]
clear = ["doorbell view|views"]

[[example.en]]
text = "The app opens the doorbell view to show you who is at the door."
stance = "disclosed"
"""
_RULE = """\
#:schema ../schema/rule.schema.json
# A rule of your own. Ids are two to eight capitals and three digits; PC is permcheck's.
id = "ACME101"
name = "acme-doorbell-video"
title = "An app that shows doorbell video needs a release note for the data protection officer."
check = "presence"
severity = "warning"
message = "The app asks for {subject}: file the release note."
why = "The works council agreed to doorbell video only with a note for each release."
fix = "File the note, then add a waiver that names it."
references = ["internal"]
checked = "2026-12-01"

[with]
platform = "android"
when = ["permission:com.acme.permission.DOORBELL_VIDEO"]
subject = "doorbell-video"

# At least one example that it finds and one that it passes.
[[example]]
facts = ["com.acme.permission.DOORBELL_VIDEO"]
finds = ["doorbell-video"]

[[example]]
facts = ["android.permission.CAMERA"]
finds = []
"""
_ALLOWED = """\
#:schema ../schema/rule.schema.json
# Square brackets that your policies use on purpose. Each is a regular expression that must fit the whole slot.
[with]
allow = ['\\[Product Name\\]']

[[example]]
policy = "This notice explains how [Product Name] handles your personal data."
finds = []
"""
_TEST = """\
#:schema ../schema/tests.schema.json
# Whole cases: what the app says, what the policy says, and what must come out. `permcheck test-mappings` runs them.
[[test]]
name = "the doorbell view tells of the camera"
facts = ["com.acme.permission.DOORBELL_VIDEO"]
policy = "The app opens the doorbell view to show you who is at the door."
verdicts = { camera = "disclosed" }
finds = ["ACME101 doorbell-video"]
finds_not = ["PC101"]
"""


def starter() -> dict[str, str]:
    """Path below the directory -> text; the schemas are those that editors need beside the files."""
    schemas = sorted((sources.shipped() / "schema").glob("*.schema.json"))
    return {
        "categories/camera.toml": _CATEGORY,
        "rules/ACME101.toml": _RULE,
        "rules/PC404.toml": _ALLOWED,
        "tests/doorbell.toml": _TEST,
        **{f"schema/{path.name}": path.read_text(encoding="utf-8") for path in schemas},
    }
