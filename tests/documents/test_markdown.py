"""Markdown reads as its rendered page would: signs go, places stay."""

import textwrap

import pytest

from permcheck.documents import document_from_text
from permcheck.model import Block, Document


def read(text: str, path: str = "policy.md") -> Document:
    return document_from_text(textwrap.dedent(text).strip("\n"), path)


def block(text: str, start: str) -> Block:
    return next(b for b in read(text).blocks if b.text.startswith(start))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("We use **the *camera*** to scan.", "We use the camera to scan."),
        ("We use the __camera__ and `scan`.", "We use the camera and scan."),
        ("Write to ***@***.com or s***.", "Write to ***@***.com or s***."),
        ("Name: ________ and a_b_c", "Name: ________ and a_b_c"),
        ("Fill in [your company] and {{app_name}}.", "Fill in [your company] and {{app_name}}."),
        ("Use <insert name> here<br> and <b>there</b>.", "Use <insert name> here and there."),
        ("See ![a map](map.png) the [terms](https://lamp.example/t).", "See the terms."),
        ("One &amp; two&nbsp;three \\* four.", "One & two three * four."),
        ("2 * 3 * 4 is a sum.", "2 * 3 * 4 is a sum."),
    ],
)
def test_inline_signs(source: str, text: str):
    assert read(source).blocks[0].text == text


def test_links_keep_their_target_across_lines():
    found = block(
        "We say a good deal more on all of it in [our own\nterms](https://lamp.example/t) than here.", "We say"
    )
    assert found.text == "We say a good deal more on all of it in our own terms than here."
    (mark,) = found.marks
    assert (found.text[mark[0] : mark[1]], mark[2]) == ("our own terms", "link:https://lamp.example/t")


def test_places_count_the_signs():
    found = block("We use **the camera** and the *lamp*.", "We use")
    start = found.text.index("lamp")
    assert found.span(start, start + 4).column == len("We use **the camera** and the *")


def test_headings_of_both_kinds_and_bold_lines():
    text = """
    Policy of Lumo
    ==============

    Data
    ----

    **Camera**

    We scan codes.

    ## Rights ##

    Ask us.
    """
    assert block(text, "We scan").heading == ("Policy of Lumo", "Data", "Camera")
    assert block(text, "Ask us").heading == ("Policy of Lumo", "Rights")


def test_tables_become_rows():
    text = """
    | Data | Why |
    |------|:---:|
    | **Location** | to find lamps |
    | Camera | |
    """
    assert [(b.kind, b.text) for b in read(text).blocks] == [
        ("row", "Data | Why"), ("row", "Location | to find lamps"), ("row", "Camera |"),
    ]  # fmt: skip


def test_nested_lists_and_quotes():
    text = """
    - We store:
      - your name
      - your mail
    - We never sell.

    > Written for you.
    """
    assert [(b.level, b.text) for b in read(text).blocks] == [
        (1, "We store:"), (2, "your name"), (2, "your mail"), (1, "We never sell."), (0, "Written for you."),
    ]  # fmt: skip


def test_comments_and_front_matter_are_no_policy_text():
    document = read("---\ntitle: Lumo Privacy\n---\nWe scan codes. <!-- TODO: ask\nlegal --> Nothing else.")
    assert document.title == "Lumo Privacy"
    assert [(b.region, b.text) for b in document.blocks] == [
        ("header", "title: Lumo Privacy"),
        ("main", "We scan codes."),
        ("comment", "TODO: ask legal"),
        ("main", "Nothing else."),
    ]
    assert document.blocks[1].span(0, 4).line == 4


def test_markdown_is_known_by_its_signs_in_a_text_file():
    text = "# Policy\n\n## Data\n\nWe scan codes.\n\n## Rights\n\nAsk [us](https://lamp.example/)."
    assert read(text, "policy.txt").format == "markdown"
    assert read("Policy\n\n1. Data\n\nWe scan codes. #1 of all lamps!", "policy.txt").format == "text"


def test_fenced_text_is_kept():
    assert block("```\nWe use the camera.\n```", "We use").kind == "preformatted"


def test_html_inside_markdown_is_read_as_html():
    text = """
    # Policy

    <table>
      <tr><th>Data</th><th>Why</th></tr>

      <tr><td>Location</td><td>to find <b>lamps</b></td></tr>
    </table>

    <p align="center">We scan
    codes.</p>

    **Not HTML** again.
    """
    document = read(text)
    assert [(b.kind, b.text) for b in document.blocks[1:]] == [
        ("row", "Data | Why"), ("row", "Location | to find lamps"), ("paragraph", "We scan codes."),
        ("paragraph", "Not HTML again."),
    ]  # fmt: skip
    row = document.blocks[2]
    span = row.span(0, 8)
    assert (span.line, text.strip("\n").split("\n")[span.line - 1].strip().index("Location")) == (6, 8)


def test_line_breaks_in_cells_part_their_values():
    assert read("| Data | Use |\n|---|---|\n| name<br><br>mail | to write<br>to you. |").blocks[1].text == (
        "name; mail | to write; to you."
    )


def test_a_bracket_with_a_colon_is_no_link_definition():
    assert (
        read("[Company]: to be filled in\n\n[1]: https://lamp.example/").blocks[0].text == "[Company]: to be filled in"
    )
