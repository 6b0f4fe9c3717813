"""A small single-page app on disk: its shell holds no policy, its script fetches one and builds panels and tabs."""

from __future__ import annotations

import json
from pathlib import Path

SHELL = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Lamp</title>
<link rel="stylesheet" href="lamp.css"><script src="https://tracker.example/t.js"></script></head>
<body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>
<script type="module" src="lamp.js"></script></body></html>"""
STYLE = """body{font:16px/1.5 sans-serif;max-width:45em;margin:2em auto}
.panel{display:none}.panel.open{display:block}.ghost{color:#fff}.n::before{content:"not"}"""
SCRIPT = """const policy = await (await fetch("policy.json")).json();
const root = document.getElementById("root");
const add = (tag, text, name = "", under = root) => {
  const part = document.createElement(tag);
  part.textContent = text; part.className = name; under.append(part); return part;
};
add("h1", policy.title);
policy.paragraphs.forEach((text) => add("p", text));
policy.panels.forEach(([title, text]) => {
  const button = add("button", title, "accordion");
  button.setAttribute("aria-expanded", "false");
  const panel = add("div", "", "panel");
  add("p", text, "", panel);
  button.onclick = () => { button.setAttribute("aria-expanded", panel.classList.toggle("open")); };
});
const place = add("div", "", "tabs");
policy.tabs.forEach(([title]) => { add("span", title, "", place).setAttribute("role", "tab"); });
const pane = add("div", "");
const show = (number) => { pane.replaceChildren(); add("p", policy.tabs[number][1], "", pane); };
[...place.children].forEach((tab, number) => { tab.onclick = () => show(number); });
show(0);
policy.ghosts.forEach((text) => add("p", text, "ghost"));
const shadow = add("div", "").attachShadow({ mode: "open" });
shadow.innerHTML = `<p>${policy.shadow}</p>`;
const last = add("p", "We do ");
last.append(Object.assign(document.createElement("span"), { className: "n" }), " read your calendar.");
"""
POLICY = {
    "title": "Privacy policy",
    "paragraphs": [
        "Example Ltd runs the Lamp app. This policy tells how we handle information about the people who use it.",
        "We keep your e-mail address for as long as you have an account with us, and we delete it ten days later.",
        "You can write to us with any question about this policy, and we answer within a month of the day you ask.",
    ],
    "panels": [["Codes", "We use the camera of your phone to scan the pairing code of the lamp."]],
    "tabs": [
        ["Radio", "We use Bluetooth to find lamps near you."],
        ["People", "We read your contacts so that you can share a lamp with a friend."],
    ],
    "ghosts": ["We use your microphone to listen to what is said near the lamp."],
    "shadow": "We use your photos so that you can give each lamp a picture.",
}


def single_page_app(folder: Path, **changes: object) -> Path:
    """Write the app; ``changes`` go over the policy. Returns its page."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(SHELL, encoding="utf-8")
    (folder / "lamp.css").write_text(STYLE, encoding="utf-8")
    (folder / "lamp.js").write_text(SCRIPT, encoding="utf-8")
    (folder / "policy.json").write_text(json.dumps({**POLICY, **changes}), encoding="utf-8")
    return folder / "index.html"
