"""A Word file in, drafts of blocks out, with Word's own marks: content controls, merge fields, highlights, comments.

Places count paragraphs: ``line`` is the paragraph's number in the part, ``column`` the character in it.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from permcheck.documents.outline import Draft
from permcheck.documents.text.lines import Group, Line
from permcheck.documents.text.plain import drafts_of
from permcheck.documents.text.weave import Weaver
from permcheck.documents.word.numbering import read_numbering, read_styles
from permcheck.documents.word.ooxml import Package, attribute, child, local, open_package
from permcheck.documents.word.part import Parts, walk_part
from permcheck.model import Gap


def read_docx(data: bytes, path: str) -> tuple[list[Draft], str, tuple[Gap, ...]]:
    """A Word file as drafts, its title, and gaps (none). Raises `DocumentError` when it cannot be read."""
    package = open_package(data, path)
    main = _main_part(package)
    folder = main.rpartition("/")[0]
    known = Parts(
        styles=read_styles(package.root(f"{folder}/styles.xml")),
        numbering=read_numbering(package.root(f"{folder}/numbering.xml")),
        links=_links(package, main),
        notes=_notes(package, folder),
        comments=_comments(package.root(f"{folder}/comments.xml")),
    )
    groups: list[Group] = []
    for name in package.names():
        if re.fullmatch(rf"{re.escape(folder)}/header\d*\.xml", name):
            groups += walk_part(package, name, known, "header")
    groups += walk_part(package, main, known, "main")
    groups += [_comment_group(text, number) for number, text in enumerate(known.comments.values(), 1)]
    for name in package.names():
        if re.fullmatch(rf"{re.escape(folder)}/footer\d*\.xml", name):
            groups += walk_part(package, name, known, "footer")
    headings = sum(1 for group in groups if group.kind == "heading")
    return drafts_of(groups, titles=headings < 2), _title(package), ()


def _main_part(package: Package) -> str:
    """The part that the package names as its document; Word 365 calls it ``document2.xml`` at times."""
    root = package.root("_rels/.rels")
    for relation in root if root is not None else ():
        if attribute(relation, "Type").endswith("/officeDocument"):
            return attribute(relation, "Target").lstrip("/")
    return "word/document.xml"


def _links(package: Package, main: str) -> dict[str, str]:
    folder, _, name = main.rpartition("/")
    root = package.root(f"{folder}/_rels/{name}.rels")
    return {attribute(item, "Id"): attribute(item, "Target") for item in (root if root is not None else ())}


def _notes(package: Package, folder: str) -> dict[tuple[str, str], str]:
    """Text of foot- and endnotes by kind and id."""
    notes = {}
    for kind in ("footnote", "endnote"):
        root = package.root(f"{folder}/{kind}s.xml")
        for note in root if root is not None else ():
            notes[kind, attribute(note, "id")] = _all_text(note)
    return notes


def _comments(root: Element | None) -> dict[str, str]:
    return {attribute(item, "id"): _all_text(item) for item in (root if root is not None else ())}


def _all_text(element: Element) -> str:
    paragraphs = (item for item in element.iter() if local(item.tag) == "p")
    texts = ("".join(part.text or "" for part in item.iter() if local(part.tag) == "t") for item in paragraphs)
    return " ".join(text for text in texts if text).strip()


def _comment_group(text: str, number: int) -> Group:
    weaver = Weaver()
    weaver.add(text, number, 0)
    return Group([Line(weaver.result())], kind="paragraph", region="comment")


def _title(package: Package) -> str:
    root = package.root("docProps/core.xml")
    element = child(root, "title")
    return " ".join((element.text or "").split()) if element is not None else ""
