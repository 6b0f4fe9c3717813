"""Hard-wrapped text becomes paragraphs, items and headings that lead back to their lines."""

import textwrap

import pytest

from permcheck.documents import document_from_text
from permcheck.model import Block


def blocks(text: str) -> tuple[Block, ...]:
    return document_from_text(textwrap.dedent(text).strip("\n"), "policy.txt").blocks


WRAPPED = """
Privacy Notice of the Lumo App
Effective Date: 2 March 2024
In this notice, your data
means everything that the Lumo app and the lamps that you connect to it tell us
about you, whether alone or together with what we already hold.
What we collect
1.Information You Freely
Give Us
·Account Data:
When you sign up we store your name and the e-mail address that you type in, and
we keep both until you close the account with our support team in the app.
2)Functions based on the camera:
You may use the camera to scan
the code on a lamp. The picture is read on your phone and is never sent to any
other place, and it is gone when the scan ends.
3) Functions based on Bluetooth
and the local network:
Lamps nearby are found over Bluetooth while the page for adding a lamp is open in
the app.
Data Retention
We keep the log of your lamps
for thirty days.
"""


def test_wrapped_lines_become_one_paragraph_with_a_map_back():
    paragraph = next(b for b in blocks(WRAPPED) if b.text.startswith("You may use the camera"))
    assert paragraph.text == (
        "You may use the camera to scan the code on a lamp. The picture is read on your phone and is never sent to any "
        "other place, and it is gone when the scan ends."
    )
    at = paragraph.text.index("never sent to any other")
    span = paragraph.span(at, at + len("never sent to any other"))
    assert (span.line, span.column, span.end_line, span.end_column) == (14, 61, 15, 5)


def test_headings_are_seen_and_stand_over_what_follows():
    found = {b.text: b for b in blocks(WRAPPED)}
    headings = [b.text for b in found.values() if b.kind == "heading"]
    assert headings == [
        "Privacy Notice of the Lumo App",
        "What we collect",
        "Information You Freely Give Us",
        "Functions based on the camera:",
        "Functions based on Bluetooth and the local network:",
        "Data Retention",
    ]
    camera = next(b for b in found.values() if b.text.startswith("You may use the camera"))
    assert camera.heading[-1] == "Functions based on the camera:"
    retention = next(b for b in found.values() if b.text.startswith("We keep the log"))
    assert retention.heading == ("Data Retention",)


def test_a_bullet_that_names_a_topic_takes_the_text_below():
    item = next(b for b in blocks(WRAPPED) if b.label == "·")
    assert item.kind == "item"
    assert item.text.startswith("Account Data: When you sign up")


def test_a_value_behind_its_label_stays_alone():
    assert "Effective Date: 2 March 2024" in [b.text for b in blocks(WRAPPED)]


def test_one_line_per_paragraph_is_not_joined():
    text = """
    Introduction
    This text has one long line for every paragraph, however long that is, so nothing is joined with the next line.
    We never sell data.
    - Your name
    - Your address
    Contact us
    Write to us when you have a question about the lamps or what we hold on you, and we answer within thirty days.
    """
    assert [(b.kind, b.level) for b in blocks(text)] == [
        ("heading", 1), ("paragraph", 0), ("paragraph", 0), ("item", 1), ("item", 1), ("heading", 1), ("paragraph", 0),
    ]  # fmt: skip


def test_a_numbered_list_is_no_row_of_headings():
    kinds = {
        b.text: b.kind
        for b in blocks("We share data with:\n1. Our cloud\n2. Our support\n3. The police\nNobody else gets it.")
    }
    assert kinds["Our cloud"] == kinds["The police"] == "item"


def test_sections_are_siblings_again_after_headings_of_another_kind():
    text = """
    Privacy Policy

    1. Data

    Camera

    Pictures stay on the phone of the person who took them.

    2. Sharing

    We share nothing with anybody, whoever asks.
    """
    last = blocks(text)[-1]
    assert last.heading == ("Privacy Policy", "Sharing")


def test_nested_items_have_levels_and_their_own_marks():
    text = """
    We may pass data on to:
    · our partners, in order to:
    (a) ship the lamps that you ordered from the shop;
    (b) repair them;
    · the police.
    """
    assert [(b.level, b.label) for b in blocks(text) if b.kind == "item"] == [
        (1, "·"), (2, "(a)"), (2, "(b)"), (1, "·"),
    ]  # fmt: skip


def test_a_number_at_the_start_of_a_wrapped_line_is_no_list():
    text = """
    The service is meant for people who are older than the age of thirteen or
    14. We ask every person for the year of birth when the account is made, and
    we refuse the rest of them at once.
    """
    (paragraph,) = blocks(text)
    assert "thirteen or 14. We ask" in paragraph.text


def test_chinese_lines_are_joined_without_a_space():
    text = (
        "我们会在您添加设备时使用相机扫描设备上的二维码，扫描得到的\n"
        "图像只在手机上处理，不会上传到我们的服务器，也不会提供给任\n何第三方。\n"
    )
    (paragraph,) = blocks(text)
    assert "扫描得到的图像" in paragraph.text
    assert paragraph.language == "zh"
    assert paragraph.span(len(paragraph.text) - 2, len(paragraph.text)).line == 3


def test_chinese_numbered_headings():
    text = (
        "一、我们收集的信息\n我们会收集您的手机号码，用于注册账号。\n（一）相机\n用于扫描二维码添加设备。\n"
        "二、联系我们\n请发送邮件与我们联系。\n"
    )
    found = blocks(text)
    assert [b.text for b in found if b.kind == "heading"] == ["我们收集的信息", "相机", "联系我们"]
    assert found[3].heading == ("我们收集的信息", "相机")
    assert found[-1].heading == ("联系我们",)


def test_a_word_broken_at_its_hyphen_is_closed_again():
    text = (
        "Data goes to a third-\nparty service that we have chosen with some care, and to no other. The pre-\n"
        "and the post-sale teams see it.\n"
    )
    (paragraph,) = blocks(text)
    assert "third-party service" in paragraph.text
    assert "pre- and the post-sale" in paragraph.text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_count_as_one(end: str):
    found = document_from_text(end.join(["First line here.", "", "Third line here."]), "p.txt").blocks
    assert [b.span(0, 5).line for b in found] == [1, 3]


def test_white_space_is_evened_and_invisible_signs_go():
    (paragraph,) = blocks("We use\u00a0 the\tcam\u200bera\u00ad to scan codes.")
    assert paragraph.text == "We use the camera to scan codes."
    at = paragraph.text.index("scan")
    assert paragraph.span(at, at + 4).column == 24


def test_a_chapter_among_numbered_chapters_is_one_even_if_it_reads_as_a_clause():
    found = blocks("""
        1. Information that we collect

        Your name, and nothing else.

        2. Camera

        It scans codes.

        3. Whom we share it with

        With nobody. You may:

        1. ask us for a copy of the data

        2. leave us
        """)
    assert [b.text for b in found if b.kind == "heading"] == [
        "Information that we collect",
        "Camera",
        "Whom we share it with",
    ]


def test_columns_set_with_spaces_are_rows_of_a_table():
    found = blocks("""
        What the app may ask for:

          Permission      Why                                        May I refuse?
          --------------- ------------------------------------------ --------------
          Camera          We scan the code on the lamp.              Yes
          Approximate     We find the lamps that stand near          No
                          you.
          Microphone      We hear what you say to the lamp.          Yes

        Nothing else is asked for. \x20 Two spaces after a stop part nothing.
        """)
    assert [(b.kind, b.text) for b in found[1:]] == [
        ("row", "Permission | Why | May I refuse?"),
        ("row", "Camera | We scan the code on the lamp. | Yes"),
        ("row", "Approximate | We find the lamps that stand near you. | No"),
        ("row", "Microphone | We hear what you say to the lamp. | Yes"),
        ("paragraph", "Nothing else is asked for. Two spaces after a stop part nothing."),
    ]
    place = found[3].span(found[3].text.index("you."), len("Approximate | We find the lamps that stand near you."))
    assert (place.line, place.column) == (7, 18)


def test_blank_lines_part_rows_whose_first_cell_goes_over_two_lines():
    found = blocks("""
        Data            Why

        Approximate     We find the lamps
        location        near you.

        Camera          We scan codes that
                        stand on lamps.
        """)
    assert [b.text for b in found] == [
        "Data | Why",
        "Approximate location | We find the lamps near you.",
        "Camera | We scan codes that stand on lamps.",
    ]


def test_white_space_behind_the_marks_of_items_makes_no_table():
    found = blocks("""
        We collect:

        -    your name and the e-mail address
        -    the model of your phone
        """)
    assert [(b.kind, b.label) for b in found[1:]] == [("item", "-"), ("item", "-")]


def test_a_wide_table_does_not_hide_that_the_text_is_wrapped():
    wrapped = textwrap.fill(
        "We use the camera of your phone to scan the code, and Lumo keeps no picture of it. " * 6, 60
    )
    wide = "A line of a table that is much wider than all lines of the text around it and so tells nothing of them" * 2
    assert len(document_from_text(f"{wrapped}\n\n{wide}\n", "p.txt").blocks) == 2
