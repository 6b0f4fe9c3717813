"use strict";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const filters = [];

// As cards, the table's elements are no longer displayed as one, and lose their roles.
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell", "thead th": "columnheader", "tbody th": "rowheader" };
for (const [selector, role] of Object.entries(ROLES)) for (const element of all(`#matrix ${selector}`)) element.setAttribute("role", role);

function filter(name, items, wants) {
  const form = byId(`${name}-filter`);
  if (!form) return;
  const apply = () => {
    const words = byId(`${name}-words`).value.trim().toLowerCase();
    for (const item of items) item.hidden = !(wants(item) && (!words || item.textContent.toLowerCase().includes(words)));
    for (const part of all("section.rule, details.area")) part.hidden = all("article", part).every((article) => article.hidden);
    byId(`${name}-count`).textContent = `${items.filter((item) => !item.hidden).length} of ${items.length} shown`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  filters.push(() => { form.reset(); apply(); });
  apply();
}

filter("matrix", all(".matrix tbody tr"), (row) => {
  const verdict = byId("matrix-verdict").value;
  return !verdict || row.dataset.verdict === verdict;
});
function reveal() {
  const target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.closest("[hidden]")) filters.forEach((clear) => clear());
  for (let shut = target.closest("details:not([open])"); shut; shut = shut.parentElement.closest("details:not([open])")) shut.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);

const day = (ahead) => {
  const when = new Date(Date.now() + ahead * 864e5);
  return [when.getFullYear(), when.getMonth() + 1, when.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
};
// SHA-256 (FIPS 180-4) of words, each after its length, in UTF-16 little endian: the page has no other way to it offline.
function sha256(words) {
  const text = words.map((word) => `${word.length}:${word}`).join("");
  const bytes = new Uint8Array(((text.length * 2 + 8) >> 6) * 64 + 64);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), true);
  bytes[text.length * 2] = 0x80;
  view.setUint32(bytes.length - 8, Math.floor(text.length * 16 / 2 ** 32));
  view.setUint32(bytes.length - 4, text.length * 16);
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  const bits = (number) => Math.floor((number - Math.floor(number)) * 2 ** 32);
  const hash = primes.slice(0, 8).map((prime) => bits(Math.sqrt(prime)));
  const keys = primes.map((prime) => bits(Math.cbrt(prime)));
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  const w = new Array(64);
  for (let block = 0; block < bytes.length; block += 64) {
    for (let t = 0; t < 64; t++) {
      if (t < 16) { w[t] = view.getUint32(block + t * 4); continue; }
      const [a, b] = [w[t - 15], w[t - 2]];
      w[t] = (w[t - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[t - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let t = 0; t < 64; t++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + keys[t] + w[t]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => { hash[at] = (hash[at] + word) | 0; });
  }
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
const KEYS = ["fingerprint", "rule", "subject", "decision", "reason", "name", "date", "expires"];
const FIELDS = ["decision", "reason", "name", "date", "expires"];
const LONGEST = 365;
const findings = new Map(all("article.finding").map((finding) => [finding.dataset.fingerprint, finding]));
const decided = new Map();
let kept = [];
let unsaved = false;

const say = (words) => { byId("decisions-said").textContent = words; };
const blank = (entry) => FIELDS.filter((name) => (name !== "expires" || entry.decision === "accept") && !entry[name].trim());
const late = (entry) => entry.decision === "accept" && (entry.expires < day(0) || entry.expires > day(LONGEST));

function show(finding) {
  const entry = decided.get(finding.dataset.fingerprint);
  const words = entry ? `: ${entry.decision.replace("-", " ")}` : "";
  finding.querySelector(".decided-as").textContent = words;
  finding.querySelector(".decide").classList.toggle("undecided", !entry);
  const box = finding.querySelector("fieldset");
  if (!box) return;
  for (const name of FIELDS) {
    const input = box.elements[name];
    if (entry && input.value !== entry[name]) input.value = entry[name];
    if (name !== "decision") input.required = Boolean(entry) && (name !== "expires" || entry.decision === "accept");
  }
  box.elements.expires.min = day(0);
  box.elements.expires.max = day(LONGEST);
  box.elements.expires.closest("label").hidden = entry?.decision !== "accept";
}

function build(finding) {
  const box = finding.querySelector(".decide");
  if (!box.querySelector("fieldset")) box.append(byId("decision-form").content.cloneNode(true));
  show(finding);
  return box.querySelector("fieldset");
}

function decide(finding, box, changed) {
  const entry = Object.fromEntries(FIELDS.map((name) => [name, box.elements[name].value]));
  unsaved = true;
  if (changed === "decision" && entry.decision) {
    entry.name ||= [...decided.values()].map((other) => other.name).find(Boolean) || "";
    entry.date ||= day(0);
    if (entry.decision === "accept") entry.expires ||= day(90);
  }
  if (entry.decision) decided.set(finding.dataset.fingerprint, entry);
  else decided.delete(finding.dataset.fingerprint);
  show(finding);
}

function ask(fingerprint, entry) {
  const finding = findings.get(fingerprint);
  filters.forEach((clear) => clear());
  finding.querySelector(".decide").open = true;
  const box = build(finding);
  const input = box.elements[blank(entry)[0] ?? "expires"];
  input.focus();
  input.reportValidity();
  say("Not saved: a decision is incomplete.");
}

function save() {
  if (!decided.size && !kept.length) { say("Nothing to save: no finding is decided."); return; }
  const wrong = [...decided].find(([, entry]) => blank(entry).length || late(entry));
  if (wrong) { ask(...wrong); return; }
  const entries = [...decided].map(([fingerprint, entry]) => {
    const { rule, subject } = findings.get(fingerprint).dataset;
    return { fingerprint, rule, subject, ...entry, expires: entry.decision === "accept" ? entry.expires : "" };
  });
  const { tool, mappings, report, products } = document.body.dataset;
  const file = {
    schema: "permcheck-decisions/1",
    tool: { version: tool, mappings_digest: mappings },
    report: { digest: report, products: JSON.parse(products) },
    decisions: [...entries, ...kept].map((entry) => Object.fromEntries(KEYS.map((key) => [key, String(entry[key] ?? "")]))),
  };
  file.digest = sha256([report, ...file.report.products, ...file.decisions.flatMap((entry) => KEYS.map((key) => entry[key]))]);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(file, null, 1)}\n`], { type: "application/json" }));
  link.download = "permcheck-decisions.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  unsaved = false;
  say(`${file.decisions.length} ${file.decisions.length === 1 ? "decision" : "decisions"} saved.`);
}

async function open(event) {
  const [chosen] = event.target.files;
  if (!chosen) return;
  try {
    const file = JSON.parse(await chosen.text());
    if (file.schema !== "permcheck-decisions/1") throw new Error("another kind of file");
    kept = file.decisions.filter((entry) => !findings.has(entry.fingerprint));
    for (const entry of file.decisions) take(entry.fingerprint, entry);
    const about = file.decisions.length - kept.length;
    say(`${about} of ${file.decisions.length} decisions concern findings of this report. The others are kept and saved again.`);
  } catch {
    say(`Not read: ${chosen.name} is not a file of decisions.`);
  }
}

function take(fingerprint, entry) {
  if (!findings.has(fingerprint)) return;
  decided.set(fingerprint, Object.fromEntries(FIELDS.map((name) => [name, String(entry[name] ?? "")])));
  show(findings.get(fingerprint));
}

function chosen(scope) {
  const [key, value] = scope.split("=");
  return [...findings.values()].filter((finding) => (key === "shown" ? !finding.closest("[hidden]") : finding.dataset[key] === value));
}

let before = null;

function decideAll(event) {
  event.preventDefault();
  const form = event.target;
  const [decision, reason, name, expires] = ["decision", "reason", "name", "expires"].map((key) => form.elements[key].value.trim());
  const about = chosen(form.elements.scope.value);
  before = new Map(decided);
  for (const finding of about) {
    take(finding.dataset.fingerprint, { decision, reason, name, date: day(0), expires: decision === "accept" ? expires : "" });
    build(finding);
  }
  unsaved = true;
  byId("bulk-undo").hidden = false;
  say(`${about.length} findings decided: ${decision.replace("-", " ")}.`);
}

function undo() {
  const changed = [...findings.keys()].filter((fingerprint) => decided.get(fingerprint) !== before.get(fingerprint));
  decided.clear();
  before.forEach((entry, fingerprint) => decided.set(fingerprint, entry));
  for (const fingerprint of changed) {
    const box = findings.get(fingerprint).querySelector("fieldset");
    if (box) box.remove();
    if (findings.get(fingerprint).querySelector(".decide").open) build(findings.get(fingerprint));
    show(findings.get(fingerprint));
  }
  byId("bulk-undo").hidden = true;
  say("The last bulk decision is undone.");
}

// One stop of the Tab key per finding: its other links and folds, and its rule's sources, are stops only while the focus is in it.
const STOP = ".decide > summary";
const inner = (finding) => [
  ...all("a, summary", finding).filter((element) => !element.matches(STOP) && !element.closest(".decide")),
  ...all(".advice a", finding.closest("section")),
];
function enter(finding) {
  for (const other of all("article.entered")) {
    if (other === finding) continue;
    other.classList.remove("entered");
    for (const element of inner(other)) element.tabIndex = -1;
  }
  if (!finding || finding.classList.contains("entered")) return;
  finding.classList.add("entered");
  for (const element of inner(finding)) element.removeAttribute("tabindex");
}

function step(event) {
  const ahead = { n: 1, p: -1 }[event.key];
  if (!ahead || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  const shown = [...findings.values()].filter((finding) => !finding.closest("[hidden]"));
  const at = shown.indexOf(event.target.closest("article"));
  const next = shown[at < 0 ? (ahead > 0 ? 0 : shown.length - 1) : at + ahead];
  if (!next) return;
  event.preventDefault();
  for (let shut = next.closest("details:not([open])"); shut; shut = shut.parentElement.closest("details:not([open])")) shut.open = true;
  next.querySelector(STOP).focus();
  next.scrollIntoView({ block: "nearest" });
}

byId("print-all").addEventListener("change", (event) => document.body.classList.toggle("print-all", event.target.checked));
byId("printing").hidden = false;

if (byId("decisions")) {
  byId("decisions").hidden = false;
  byId("save-decisions").addEventListener("click", save);
  byId("open-decisions").addEventListener("change", open);
  for (const [fingerprint, finding] of findings) {
    finding.querySelector(".decide").hidden = false;
    const { decision, reason, name, date, expires } = finding.dataset;
    if (decision) take(fingerprint, { decision, reason, name, expires, date: date || day(0) });
  }
  const bulk = byId("bulk").querySelector("form");
  bulk.elements.expires.value = day(90);
  bulk.elements.expires.min = day(0);
  bulk.elements.expires.max = day(LONGEST);
  bulk.addEventListener("submit", decideAll);
  bulk.addEventListener("input", () => {
    const accepts = bulk.elements.decision.value === "accept";
    bulk.elements.expires.closest("label").hidden = !accepts;
    bulk.elements.expires.required = accepts;
  });
  byId("bulk-undo").addEventListener("click", undo);
  for (const finding of findings.values()) for (const element of inner(finding)) element.tabIndex = -1;
  byId("findings").addEventListener("focusin", (event) => enter(event.target.closest("article.finding")));
  byId("findings").addEventListener("keydown", step);
  byId("findings").addEventListener("click", (event) => {
    if (event.target.closest(".decide > summary")) build(event.target.closest("article"));
  });
  byId("findings").addEventListener("toggle", (event) => {
    if (event.target.matches(".decide") && event.target.open) build(event.target.closest("article"));
  }, true);
  byId("findings").addEventListener("input", (event) => {
    const box = event.target.closest(".decide fieldset");
    if (box) decide(box.closest("article"), box, event.target.name);
  });
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}
filter("finding", all("article.finding"), (finding) => {
  const severity = byId("finding-severity").value;
  const state = byId("finding-state").value;
  const states = [finding.dataset.state, decided.has(finding.dataset.fingerprint) ? "decided" : "undecided"];
  return (!severity || finding.dataset.severity === severity) && (!state || states.includes(state));
});
reveal();

addEventListener("beforeprint", () => {
  for (const details of all("details:not([open]):not(.undecided):not(.further)")) {
    details.open = true;
    details.dataset.shut = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of all("details[data-shut]")) {
    details.open = false;
    delete details.dataset.shut;
  }
});
