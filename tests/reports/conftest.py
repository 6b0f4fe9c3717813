"""A real Chromium and axe-core for the tests of the page."""

import pytest


@pytest.fixture
def axe(material):
    """The source of axe-core; PERMCHECK_AXE names its axe.min.js."""
    return material("PERMCHECK_AXE").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def launched():
    """One browser for all tests, started by the first that asks."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (only the tests of the page need it)

    started = []

    def launch(path):
        if not started:
            started.append(sync_playwright().start())
            started.append(started[0].chromium.launch(executable_path=path, args=["--no-sandbox"]))
        return started[1]

    yield launch
    if started:
        started[1].close()
        started[0].stop()


@pytest.fixture
def open_page(launched, tool, tmp_path):
    """Open HTML from a file, offline; the page's ``said`` gathers console words, errors, dialogs and requests."""
    contexts = []
    browser = launched(tool("chromium", "chromium-browser", "google-chrome"))

    def open_it(html, anchor="", **options):
        path = tmp_path / "report.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(offline=True, **{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.said.append(request.url) if "report.html" not in request.url else None)
        page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
        page.goto(f"{path.as_uri()}{anchor}")
        return page

    yield open_it
    for context in contexts:
        context.close()
