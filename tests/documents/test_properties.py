"""What must hold for any policy: any dress gives the same blocks, and every character has its place."""

import re
import textwrap

from hypothesis import given, settings
from hypothesis import strategies as st

from permcheck.documents import document_from_bytes, document_from_text
from permcheck.documents.html.page import read_html
from permcheck.documents.outline import outline
from permcheck.documents.text.plain import read_text
from permcheck.documents.text.weave import INVISIBLE
from permcheck.model import Document
from tests.builders.docx import docx, paragraph, run
from tests.builders.html import Part, page
from tests.builders.pdf import pdf

SENTENCES = (
    "We use the camera of your phone to scan the pairing code that stands on the back of every lamp.",
    "Your location (precise or approximate) is read only while you add a lamp, because the system asks for it.",
    "We never sell what we know about you; third-party services see nothing at all, e.g. no name and no address.",
    "When you delete the account, everything that we hold on you is gone after 10 days.",
    'You may turn it off at any time under "Me - Settings - Privacy - Camera", and the app goes on without it.',
    "What we ask for is short.",
)
HEADINGS = ("What we collect", "Camera and Photos", "How long we keep your data", "Your Rights", "Data Retention")
ITEMS = (
    "your name and e-mail address;",
    "the model of your phone;",
    "the time at which the lamp was switched on or off.",
)

sentences = st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=5).map(" ".join)
paragraphs = sentences.map(lambda text: Part("paragraph", (text,)))
headings = st.sampled_from(HEADINGS).map(lambda text: Part("heading", (text,)))
lists = st.lists(st.sampled_from(ITEMS), min_size=1, max_size=4).map(lambda texts: Part("list", tuple(texts)))
sections = st.tuples(headings, paragraphs, st.one_of(lists, paragraphs)).map(list)
policies = st.lists(sections, min_size=1, max_size=4).map(lambda found: [part for section in found for part in section])


def texts(document: Document) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(b.kind, b.text, b.heading) for b in document.blocks if b.region == "main"]


def said(document: Document) -> list[tuple[str, str, tuple[str, ...]]]:
    """Sentences with their kind and headings: a line that is full to the last column may end a paragraph or not."""
    return [
        (b.kind, sentence, b.heading) for b in document.blocks for sentence in re.split(r"(?<=[.;]) (?=[A-Z])", b.text)
    ]


def plain(parts: list[Part], column: int = 0, gap: str = "\n\n") -> str:
    """The policy as text; ``column`` 0 leaves every paragraph on one line."""
    out = []
    for part in parts:
        mark = "- " if part.kind == "list" else ""
        for text in part.texts:
            lines = textwrap.wrap(text, column, break_long_words=False) if column else [text]
            out.append(f"{mark}" + ("\n  " if mark else "\n").join(lines))
    return gap.join(out) + "\n"


@given(policies, st.integers(50, 110), st.integers(50, 110))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_wrapping_at_another_column_changes_nothing(parts: list[Part], one: int, other: int):
    assert said(document_from_text(plain(parts, one), "p")) == said(document_from_text(plain(parts, other), "p"))


@given(policies, st.integers(50, 110))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_wrapped_text_without_blank_lines_keeps_sentences_and_headings(parts: list[Part], column: int):
    document = document_from_text(plain(parts, column, gap="\n"), "p")
    for part in parts:
        for text in part.texts:
            if part.kind == "heading":
                assert ("heading", text) in {(b.kind, b.text) for b in document.blocks}
            for sentence in text.split(". "):
                assert any(sentence.rstrip(".") in b.text for b in document.blocks)


@given(policies)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_minified_pages_read_as_pretty_ones(parts: list[Part]):
    pretty = document_from_text(page(parts), "p.html")
    small = document_from_text(page(parts, minified=True), "p.html")
    assert texts(small) == texts(pretty)


@given(policies)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_every_format_gives_the_same_blocks(parts: list[Part]):
    wanted = [text for part in parts for text in part.texts]
    for document in dressed(parts):
        shown = [b.text for b in document.blocks if b.region == "main"]
        # a PDF does not say where a paragraph ends whose last line is full
        assert shown == wanted or (document.format == "pdf" and " ".join(shown) == " ".join(wanted)), document.format
        assert [b.text for b in document.blocks if (b.kind, b.region) == ("heading", "main")] == [
            p.texts[0] for p in parts if p.kind == "heading"
        ]


def dressed(parts: list[Part]) -> list[Document]:
    """The same policy in every format."""
    markdown = "\n\n".join(f"{MARKS[part.kind]}{text}" for part in parts for text in part.texts)
    rtf = "".join(rf"{{{MARKS_RTF[part.kind]}{text}\par}}" for part in parts for text in part.texts)
    word = "".join(
        paragraph(run(text), STYLES[part.kind], (2, 0) if part.kind == "list" else None)
        for part in parts
        for text in part.texts
    )
    lines = plain(parts, 90, gap="\n").splitlines()
    return [
        document_from_text(plain(parts, 80), "p.txt"),
        document_from_text(plain(parts), "p.txt"),
        document_from_text(page(parts), "p.html"),
        document_from_text(markdown, "p.md"),
        document_from_bytes(rf"{{\rtf1\ansi {rtf}}}".encode(), "p.rtf"),
        document_from_bytes(docx(word), "p.docx"),
        document_from_bytes(pdf([lines[:40], lines[40:]] if len(lines) > 40 else [lines]), "p.pdf"),
    ]


MARKS = {"heading": "## ", "paragraph": "", "list": "* "}
MARKS_RTF = {"heading": r"\b ", "paragraph": "", "list": r"\bullet  "}
STYLES = {"heading": "berschrift2", "paragraph": "", "list": ""}


@given(st.text(st.sampled_from("ab cD.,:;-·1)(\n\n\t我们。“”\u00a0\u200b|*_#é&"), max_size=400))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_every_character_of_a_text_has_its_place(source: str):
    seen = []
    for block in outline(read_text(source)):
        for offset, sign in enumerate(block.text):
            if sign != " ":
                span = block.span(offset, offset + 1)
                assert source.split("\n")[span.line - 1][span.column] == sign
                seen.append((span.line, span.column))
    assert seen == sorted(set(seen))


@given(st.text(st.sampled_from("ab cD.,:;-·1)(\n\n我们。“”"), max_size=300))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_no_word_of_a_text_is_lost(source: str):
    shown = "".join(f"{b.label}{b.text}" for b in outline(read_text(source)))
    for sign in "abcD我们":
        assert shown.count(sign) == source.count(sign)


WORDS = ("camera", "Kontakte", "相机", "location", "x")
TAGS = (
    "p",
    "b",
    "div",
    "li",
    "ul",
    "td",
    "tr",
    "table",
    "span",
    "a",
    "h2",
    "pre",
    "section",
    "dl",
    "dd",
    "nav",
    "sup",
    "ol",
)
markup = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from([f"<{tag}>" for tag in TAGS]),
        st.sampled_from([f"</{tag}>" for tag in TAGS]),
        st.sampled_from(
            ["<br>", "<a href='y'>", "<p hidden>", "<!-- c -->", " ", "\n", "<", "&amp;", '"', "<td", '<p class="a>b">']
        ),
    ),
    max_size=60,
)


@given(markup)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_markup_however_broken_loses_a_word(pieces: list[str]):
    drafts, _, _ = read_html("<html><body>" + "\u2060".join(pieces) + "</body></html>")
    shown = "".join(block.as_written() for block in outline(drafts))
    if "<td" not in pieces and '"' not in pieces:
        for word in WORDS[:4]:
            assert shown.count(word) == pieces.count(word)
    assert not re.search(f"[{INVISIBLE}]", shown)


CHINESE = (
    "我们会在您添加设备时使用相机扫描设备上的二维码，扫描得到的图像只在手机上处理，不会上传到服务器。",
    "您的位置信息（精确位置或粗略位置）仅在添加设备时读取，因为系统要求先获得该权限。",
    "我们不会向任何第三方出售您的个人信息；删除账号后，相关数据将在十天内删除。",
)


@given(st.lists(st.sampled_from(CHINESE), min_size=3, max_size=8), st.integers(20, 44))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_chinese_is_joined_without_a_trace(found: list[str], column: int):
    text = "".join(found)
    wrapped = "\n".join(text[start : start + column] for start in range(0, len(text), column))
    assert "".join(b.text for b in document_from_text(f"一、相机\n\n{wrapped}\n", "p").blocks) == f"相机{text}"
