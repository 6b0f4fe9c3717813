"""An address and what loads its parts in, a `Snapshot` of the page in a real browser out.

The browser itself reaches no network: every request is answered by the loader that the caller gives, or refused.
"""

from __future__ import annotations

import mimetypes
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from permcheck.errors import DocumentError, UsageError

Load = Callable[[str, float], bytes]
"""The content of an address, within so many seconds. Raises `DocumentError`."""
BROWSER = "PERMCHECK_BROWSER"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_SCRIPT = Path(__file__).with_name("page.js")
_TYPES = {"script": "text/javascript", "stylesheet": "text/css", "document": "text/html"}
_WIDTH, _HEIGHT, _TALLEST = 1280, 900, 12_000


@dataclass(frozen=True, slots=True)
class RenderLimits:
    """What one page may use; what goes beyond is refused or not waited for."""

    seconds: float = 60.0
    size: int = 32 << 20
    requests: int = 400
    controls: int = 150


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was seen: the page as plain HTML with what was never seen hidden, its visible text, a picture (PNG)."""

    address: str
    title: str
    html: str
    text: str
    picture: bytes
    when: str
    browser: str
    refused: tuple[str, ...] = ()
    """Addresses that the page asked for and did not get."""


@dataclass(slots=True)
class _Visit:
    """One page being rendered: what is left of its limits."""

    address: str
    load: Load
    limits: RenderLimits
    third_party: bool
    deadline: float
    size: int = 0
    count: int = 0
    is_loaded: bool = False
    refused: dict[str, None] = field(default_factory=dict)
    problem: str = ""

    def answer(self, route: Any) -> None:
        """Answer one request of the page, or refuse it."""
        request = route.request
        if self.is_loaded and request.is_navigation_request() and request.frame.parent_frame is None:
            route.fulfill(status=204)  # no content: a click on the page leads nowhere, and the page stays
            return
        body = None if self._is_barred(request) else self._body(request.url, is_page=request.is_navigation_request())
        if body is None:
            self.refused[request.url.partition("?")[0][:200]] = None
            route.abort("blockedbyclient")
            return
        kind = _type_of(request.url, request.resource_type, body)
        route.fulfill(status=200, body=body, headers={"content-type": kind, "access-control-allow-origin": "*"})

    def _is_barred(self, request: Any) -> bool:
        self.count += 1
        if request.method != "GET" or self.count > self.limits.requests:
            return True
        return not (self.third_party or _is_same_site(request.url, self.address))

    def _body(self, url: str, *, is_page: bool) -> bytes | None:
        left = self.deadline - time.monotonic()
        try:
            body = self.load(url, left) if left > 0 else None
        except DocumentError as error:
            if is_page and not self.is_loaded:
                self.problem = str(error)
            return None
        self.size += len(body or b"")
        return body if self.size <= self.limits.size else None


def _is_same_site(url: str, address: str) -> bool:
    """The same host, or one below it."""
    host, own = (urlsplit(one).hostname or "" for one in (url, address))
    site = own.removeprefix("www.")
    return bool(host) and (host in {own, site} or host.endswith(f".{site}"))


def _type_of(url: str, resource: str, body: bytes) -> str:
    if resource in _TYPES:
        return _TYPES[resource]
    guessed = mimetypes.guess_type(urlsplit(url).path)[0]
    if guessed:
        return guessed
    start = body.lstrip()[:1]
    return "application/json" if start in {b"{", b"["} else "text/html" if start == b"<" else "application/octet-stream"


def render(address: str, load: Load, limits: RenderLimits | None = None, *, third_party: bool = False) -> Snapshot:
    """Open a page in a browser, open all its panels, and tell what was seen.

    Raises `UsageError` where there is no browser, `DocumentError` where the page cannot be loaded in time.
    """
    limits = limits or RenderLimits()
    visit = _Visit(address, load, limits, third_party, time.monotonic() + limits.seconds)
    # Playwright cannot be called twice in one thread, nor in one with an event loop
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(_visited, visit).result()


def _visited(visit: _Visit) -> Snapshot:
    with _browser() as browser:
        context = browser.new_context(
            viewport={"width": _WIDTH, "height": _HEIGHT}, service_workers="block", accept_downloads=False
        )
        context.route("**/*", lambda route: visit.answer(route))  # noqa: PLW0108  (a slotted method takes no marks)
        context.route_web_socket("**/*", lambda socket: socket.close())
        page = context.new_page()
        context.on("page", lambda opened: opened.close())
        return _snapshot(page, visit, browser.version)


def _snapshot(page: Any, visit: _Visit, version: str) -> Snapshot:
    from playwright.sync_api import Error  # noqa: PLC0415  (only where a page is rendered)

    page.set_default_timeout(visit.limits.seconds * 1000)
    try:
        page.goto(visit.address, wait_until="load")
        visit.is_loaded = True
        _settle(page, visit)
        page.evaluate(f"({_SCRIPT.read_text(encoding='utf-8')})()")
        page.evaluate("__permcheck.mark()")
        page.evaluate("__permcheck.scroll()")
        page.evaluate("__permcheck.mark()")
        picture = _picture(page)
        page.evaluate("most => __permcheck.open(most)", visit.limits.controls)
        found = page.evaluate("__permcheck.write()")
    except Error as error:
        reason = visit.problem.removeprefix(f"{visit.address}: ") or _line(error)
        raise DocumentError(f"{visit.address}: the browser could not show the page: {reason}") from error
    when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    refused = tuple(visit.refused)
    return Snapshot(visit.address, found["title"], found["html"], found["text"], picture, when, version, refused)


def _settle(page: Any, visit: _Visit) -> None:
    """Wait until scripts ask for nothing more; a page that never rests is taken as it is."""
    from playwright.sync_api import TimeoutError as Late  # noqa: PLC0415

    left = max(0.1, min(10.0, visit.deadline - time.monotonic()))
    try:
        page.wait_for_load_state("networkidle", timeout=left * 1000)
    except Late:
        return


def _picture(page: Any) -> bytes:
    """The whole page, as far down as browsers can draw."""
    height = min(_TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": _WIDTH, "height": max(_HEIGHT, height)}
    picture: bytes = page.screenshot(full_page=True, clip=clip)
    return picture


def _line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


@contextmanager
def _browser() -> Iterator[Any]:
    """A browser that reaches nothing by itself. Raises `UsageError` with the remedy where there is none."""
    try:
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415
    except ImportError as error:
        raise UsageError("--render needs Playwright: pip install 'permcheck[render]'") from error
    path = find_browser()
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=path or None,
                chromium_sandbox=sys.platform != "linux" or os.geteuid() != 0,
                args=["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking", "--disable-gpu"],
            )
        except Error as error:
            remedy = f"install Chromium or Chrome, or name one in {BROWSER}"
            found = f"{path} does not start ({_line(error)})" if path else "no browser was found"
            raise UsageError(f"--render: {found}; {remedy}") from error
        try:
            yield browser
        finally:
            browser.close()


def find_browser() -> str:
    """The path of an installed Chromium or Chrome; ``""`` leaves it to Playwright's own."""
    named = os.environ.get(BROWSER, "")
    if named:
        return named
    return next((found for name in _NAMES if (found := shutil.which(name))), "") or next(
        (place for place in _PLACES if Path(place).exists()), ""
    )
