"""A page in a real browser: what its scripts build and its panels hold is read, and what was seen is kept."""

import json
import re
from pathlib import Path

import pytest

from permcheck.documents import document_from_bytes
from permcheck.errors import DocumentError, UsageError
from permcheck.rendering import browser, evidence
from permcheck.rendering.browser import RenderLimits, Snapshot, render
from permcheck.rendering.local import address_of, loader
from tests.builders.app import single_page_app


@pytest.fixture
def chromium(tool, monkeypatch):
    """The browser that is installed."""
    monkeypatch.setenv(browser.BROWSER, tool("chromium", "chromium-browser", "google-chrome"))


def snapshot(page: Path, limits: RenderLimits | None = None) -> Snapshot:
    return render(address_of(page), loader(page), limits)


def page_of(folder: Path, body: str) -> Path:
    page = folder / "page.html"
    page.write_text(f"<!DOCTYPE html><html><body>{body}</body></html>", encoding="utf-8")
    return page


def seen(folder: Path, body: str) -> str:
    return snapshot(page_of(folder, body)).text


def test_an_app_that_fetches_its_policy_is_read_with_panels_tabs_and_shadows(chromium, tmp_path):
    found = snapshot(single_page_app(tmp_path))
    lines = found.text.splitlines()
    assert "We use the camera of your phone to scan the pairing code of the lamp." in lines
    assert "We use Bluetooth to find lamps near you." in lines, "of the tab that was shown first"
    assert "We read your contacts so that you can share a lamp with a friend." in lines, "of the tab behind it"
    assert "We use your photos so that you can give each lamp a picture." in lines, "inside a shadow root"
    assert "We do not read your calendar." in lines, "with what the style sheet writes"
    assert "microphone" not in found.text, "white on white"
    assert found.title == "Lamp"
    assert found.refused == ("https://tracker.example/t.js",)
    assert found.picture.startswith(b"\x89PNG")


def test_the_page_that_is_kept_reads_as_what_was_seen(chromium, tmp_path):
    found = snapshot(single_page_app(tmp_path))
    blocks = document_from_bytes(found.html.encode(), "page.html").blocks
    ghost = [block.visibility for block in blocks if "microphone" in block.text]
    assert ghost == ["hidden"]
    shown = " ".join(block.text for block in blocks if block.visibility == "visible")
    assert all(line in shown for line in found.text.splitlines() if line.startswith("We "))


HIDDEN = (
    "<p style='opacity:0'>Words</p>",
    "<p style='visibility:hidden'>Words</p>",
    "<p style='display:none'>Words</p>",
    "<p style='color:transparent'>Words</p>",
    "<p style='background:#123;color:#123'>Words</p>",
    "<p style='font-size:1px'>Words</p>",
    "<p style='position:absolute;left:-9999px'>Words</p>",
    "<div style='height:0;overflow:hidden'>Words</div>",
    "<s>Words</s>",
    "<dialog>Words</dialog>",
    "<template>Words</template>",
    "<p id=gone>Words</p><script>gone.remove()</script>",
)
OPENED = (
    "<details><summary>More</summary>Words</details>",
    "<button onclick='x.showModal()' aria-controls=x>More</button><dialog id=x>Words</dialog>",
    "<script>setTimeout(() => document.body.append('Words'), 200)</script><img src=late.png>",
    "<div style='background:#123;color:#fff'>Words</div>",
)


def numbered(parts: tuple[str, ...]) -> str:
    return "<h1>Lamp</h1>" + "".join(part.replace("Words", f"Words{at:02}") for at, part in enumerate(parts))


def test_what_the_browser_does_not_show_is_not_seen_and_what_a_reader_can_open_is(chromium, tmp_path):
    assert "Words" not in seen(tmp_path, numbered(HIDDEN))
    assert re.findall(r"Words\d\d", seen(tmp_path, numbered(OPENED))) == ["Words00", "Words01", "Words03", "Words02"]


def test_a_click_leads_nowhere_else(chromium, tmp_path):
    (tmp_path / "other.html").write_text("<p>Elsewhere</p>", encoding="utf-8")
    body = "<p>Words</p><button aria-expanded=false onclick=\"location='other.html'\">x</button>"
    text = seen(tmp_path, body)
    assert "Words" in text
    assert "Elsewhere" not in text


def test_nothing_outside_the_directory_of_the_page_is_read(chromium, tmp_path):
    (tmp_path / "secret.txt").write_text("Words", encoding="utf-8")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    script = "fetch('{}').then((a) => a.text()).then((t) => document.body.append(t));"
    wanted = ("/../secret.txt", "/%2e%2e/secret.txt", "link.txt", "file:///etc/hostname")
    page = page_of(folder, f"<h1>Lamp</h1><script>{''.join(map(script.format, wanted))}</script>")
    assert snapshot(page).text == "Lamp\n"


def test_too_many_requests_are_refused_and_too_slow_a_page_is_lost(chromium, tmp_path):
    page = page_of(tmp_path, "<h1>Lamp</h1>" + "".join(f"<img src={number}.png>" for number in range(9)))
    assert len(snapshot(page, RenderLimits(requests=3)).refused) == 9
    with pytest.raises(DocumentError, match="could not show the page"):
        snapshot(page_of(tmp_path, "<script>for (;;);</script>"), RenderLimits(seconds=3))


def test_other_sites_are_asked_only_where_that_is_wanted(chromium):
    asked = []

    def load(url: str, seconds: float) -> bytes:
        asked.append(url)
        return b"<p>Lamp</p><img src=https://img.lamp.example/a.png><script src=https://other.example/t.js></script>"

    found = render("https://www.lamp.example/privacy", load)
    assert asked == ["https://www.lamp.example/privacy", "https://img.lamp.example/a.png"]
    assert found.refused == ("https://other.example/t.js",)
    render("https://www.lamp.example/privacy", load, third_party=True)
    assert "https://other.example/t.js" in asked


def test_a_missing_browser_is_one_line_with_the_remedy(permcheck, monkeypatch, tmp_path):
    monkeypatch.setenv(browser.BROWSER, str(tmp_path / "none"))
    page = page_of(tmp_path, "<p>Words</p>")
    with pytest.raises(
        UsageError, match=r"^--render: .*none does not start .*; install Chromium or Chrome, or name one"
    ):
        snapshot(page)
    shown = permcheck("policy", page, "--render")
    assert shown.code == 2
    assert len(shown.err.strip().splitlines()) == 1


def test_the_command_line_reads_the_app_and_keeps_what_was_seen(chromium, permcheck, tmp_path):
    single_page_app(tmp_path / "site")
    without = permcheck("policy", "site/index.html")
    assert without.code == 3
    assert "--render" in without.out
    (tmp_path / "out").mkdir()
    options = ("--render", "--format", "json", "--output", "html:out/report.html")
    shown = permcheck("policy", "site/index.html", *options)
    assert shown.code == 0, shown.err
    (document,) = json.loads(shown.out)["documents"]
    assert document["path"] == "site/index.html"
    assert {said["category"] for said in document["disclosures"]} >= {"camera", "bluetooth", "contacts", "photos"}
    kept = document["evidence"]
    assert (tmp_path / "out" / kept["picture"]).read_bytes().startswith(b"\x89PNG")
    assert "camera" in (tmp_path / "out" / kept["text"]).read_text(encoding="utf-8")
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f'<a href="{kept["picture"]}">' in report
    assert kept["digest"] in report


def test_two_snapshots_are_compared(chromium, permcheck, tmp_path):
    folders = []
    for name, panels in (("old", None), ("new", [["Codes", "We never use the camera of your phone."]])):
        page = single_page_app(tmp_path / name, **({"panels": panels} if panels else {}))
        permcheck("policy", page, "--render", "--evidence", f"kept-{name}")
        folders += [str(path) for path in (tmp_path / f"kept-{name}").iterdir()]
    shown = permcheck("diff", *folders)
    assert "camera" in shown.out.partition("Text")[0]
    assert "+ We never use the camera of your phone." in shown.out
    assert "- We use the camera of your phone to scan the pairing code of the lamp." in shown.out


def test_a_snapshot_that_was_changed_is_refused(permcheck, tmp_path):
    taken = Snapshot("https://x.example", "T", "<p>Words</p>", "Words\n", b"\x89PNG", "2026-01-01T00:00:00Z", "1")
    page, kept = evidence.store(taken, "https://x.example/privacy?id=…", Path("kept"), Path())
    assert page.parent.name == "x.example-privacy-id-20260101T000000Z"
    assert evidence.stored(page.parent) == (b"<p>Words</p>", kept)
    page.write_bytes(b"<p>Others</p>")
    shown = permcheck("diff", page.parent, page.parent)
    assert shown.code == 3
    assert "changed since the snapshot was taken" in shown.err
