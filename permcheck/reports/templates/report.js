"use strict";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const filters = [];

function filter(name, items, wants) {
  const form = byId(`${name}-filter`);
  if (!form) return;
  const apply = () => {
    const words = byId(`${name}-words`).value.trim().toLowerCase();
    for (const item of items) item.hidden = !(wants(item) && item.textContent.toLowerCase().includes(words));
    for (const rule of all("section.rule")) rule.hidden = all("article", rule).every((article) => article.hidden);
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
filter("finding", all("article.finding"), (finding) => {
  const severity = byId("finding-severity").value;
  const state = byId("finding-state").value;
  const decided = finding.querySelector("[name=decision]").value ? "decided" : "undecided";
  return (!severity || finding.dataset.severity === severity) && (!state || [finding.dataset.state, decided].includes(state));
});

function reveal() {
  const target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.closest("[hidden]")) filters.forEach((clear) => clear());
  for (let shut = target.closest("details:not([open])"); shut; shut = shut.parentElement.closest("details:not([open])")) shut.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();

const day = (ahead) => {
  const when = new Date(Date.now() + ahead * 864e5);
  return [when.getFullYear(), when.getMonth() + 1, when.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
};
const FIELDS = ["decision", "reason", "name", "date", "expires"];
const LONGEST = 365;
let kept = [];
let unsaved = false;

const field = (finding, name) => finding.querySelector(`[name=${name}]`);
const say = (words) => { byId("decisions-said").textContent = words; };

function show(finding) {
  const decision = field(finding, "decision").value;
  for (const name of ["reason", "name", "date"]) field(finding, name).required = Boolean(decision);
  const expires = field(finding, "expires");
  expires.required = decision === "accept";
  expires.closest("label").hidden = decision !== "accept";
  expires.min = day(0);
  expires.max = day(LONGEST);
  const select = field(finding, "decision");
  finding.querySelector(".decided-as").textContent = decision ? `: ${select.selectedOptions[0].textContent}` : "";
  finding.querySelector(".decide").classList.toggle("undecided", !decision);
}

function choose(finding) {
  const someone = all("article.finding [name=name]").map((input) => input.value).find(Boolean);
  if (!field(finding, "decision").value) return;
  field(finding, "name").value ||= someone || "";
  field(finding, "date").value ||= day(0);
  if (field(finding, "decision").value === "accept") field(finding, "expires").value ||= day(90);
}

function read(finding) {
  const entry = { fingerprint: finding.dataset.fingerprint, rule: finding.dataset.rule, subject: finding.dataset.subject };
  for (const name of FIELDS) entry[name] = field(finding, name).value.trim();
  if (entry.decision !== "accept") entry.expires = "";
  return entry;
}

function firstWrong(findings) {
  for (const finding of findings) {
    for (const name of FIELDS) {
      const input = field(finding, name);
      const blank = input.required && !input.value.trim();
      input.setCustomValidity(blank ? "Please fill this in." : "");
      if (!(input.closest("label").hidden || input.checkValidity())) return [finding, input];
    }
  }
  return null;
}

function save() {
  const decided = all("article.finding").filter((finding) => field(finding, "decision").value);
  const wrong = firstWrong(decided);
  if (wrong) {
    filters.forEach((clear) => clear());
    wrong[0].querySelector(".decide").open = true;
    wrong[1].focus();
    wrong[1].reportValidity();
    say("Not saved: a decision is incomplete.");
    return;
  }
  const file = {
    schema: "permcheck-decisions/1",
    tool: { version: document.body.dataset.tool, mappings_digest: document.body.dataset.mappings },
    decisions: [...decided.map(read), ...kept],
  };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(file, null, 1)}\n`], { type: "application/json" }));
  link.download = "permcheck-decisions.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  unsaved = false;
  say(`${file.decisions.length} saved.`);
}

async function open(event) {
  const [chosen] = event.target.files;
  if (!chosen) return;
  try {
    const file = JSON.parse(await chosen.text());
    if (file.schema !== "permcheck-decisions/1") throw new Error("another kind of file");
    const known = new Map(all("article.finding").map((finding) => [finding.dataset.fingerprint, finding]));
    kept = file.decisions.filter((entry) => !known.has(entry.fingerprint));
    for (const entry of file.decisions) {
      const finding = known.get(entry.fingerprint);
      if (!finding) continue;
      for (const name of FIELDS) field(finding, name).value = entry[name] ?? "";
      show(finding);
    }
    const about = file.decisions.length - kept.length;
    say(`${about} of ${file.decisions.length} decisions are about findings of this report; the others are kept for saving.`);
  } catch (error) {
    say(`Not read: ${chosen.name} is no file of decisions.`);
  }
}

if (byId("decisions")) {
  byId("decisions").hidden = false;
  byId("save-decisions").addEventListener("click", save);
  byId("open-decisions").addEventListener("change", open);
  for (const finding of all("article.finding")) {
    const box = finding.querySelector(".decide");
    box.hidden = false;
    if (field(finding, "decision").value) field(finding, "date").value ||= day(0);
    show(finding);
    box.addEventListener("input", (event) => {
      unsaved = true;
      if (event.target.name === "decision") choose(finding);
      show(finding);
    });
  }
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}

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
