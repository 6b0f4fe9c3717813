"""What is no policy is told in one line that names the file; what is short or odd is a gap."""

import io
from pathlib import Path

import pytest

from permcheck.documents import document_from_bytes, document_from_text, read_document, unread_languages
from permcheck.errors import DocumentError

SHELL = (
    "<html><head><title>Privacy Policy</title></head><body><noscript>You need to enable JavaScript to run this app."
    "</noscript><div id='root'></div></body></html>"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no policy text: the file holds no words"),
        (b" \n\n\t", "no policy text: the file holds no words"),
        (SHELL.encode(), "JavaScript"),
        (b"<html><body><a href=/>Home</a> <a href=/shop>Shop</a></body></html>", "no policy text: the page"),
        (b"![logo](data:image/png;base64,AAAA)", "no policy text: the file holds no words"),
        (bytes(range(256)) * 8, "binary"),
    ],
)
def test_nothing_to_judge_is_one_line_with_the_file_name(data: bytes, reason: str):
    with pytest.raises(DocumentError) as error:
        document_from_bytes(data, "policies/lumo.md")
    message = str(error.value)
    assert message.startswith("policies/lumo.md: ")
    assert reason in message
    assert "\n" not in message
    assert error.value.exit_code == 3


def test_a_huge_file_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("permcheck.documents._MAX_BYTES", 1000)
    with pytest.raises(DocumentError, match="larger than any policy"):
        document_from_bytes(b"We use data. " * 100, "p.txt")


def test_a_missing_file_and_a_directory_are_told(tmp_path: Path):
    with pytest.raises(DocumentError, match=r"gone\.txt: no such file"):
        read_document(tmp_path / "gone.txt")
    with pytest.raises(DocumentError, match="directory"):
        read_document(tmp_path)


def test_an_excerpt_is_read_with_a_gap():
    document = document_from_text("Contact: [email]", "excerpt.txt")
    assert document.blocks[0].text == "Contact: [email]"
    assert "too little to judge" in document.gaps[0].reason


def test_a_real_text_has_no_gap():
    text = "We use the camera of your phone to scan the code on the lamp, and nothing else is done with it. " * 4
    assert document_from_text(text, "p.txt").gaps == ()


def test_standard_input(monkeypatch: pytest.MonkeyPatch):
    class Stdin:
        buffer = io.BytesIO(b"We use the camera to scan codes.")

    monkeypatch.setattr("sys.stdin", Stdin)
    document = read_document(Path("-"))
    assert document.path == "<stdin>"
    assert document.blocks[0].text == "We use the camera to scan codes."


def test_a_language_that_is_not_read_is_a_gap_that_names_it():
    polish = (
        "Nie zbieramy danych, które nie są nam potrzebne, i nie udostępniamy ich nikomu bez zgody użytkownika. " * 3
    )
    english = "We use the camera of your phone to scan the code on the lamp.\n\n"
    (gap,) = unread_languages(document_from_text(english + polish, "p.txt"), {"en", "de"})
    assert "Polish" in gap.reason
    assert gap.fatal
    assert gap.location.span is not None
    assert gap.location.span.line == 3


def test_known_languages_leave_no_gap():
    assert not unread_languages(
        document_from_text("We use the camera of your phone to scan the code. " * 9, "p"), {"en"}
    )
