"use strict";
(() => {
  const form = document.getElementById("matrix-filter");
  if (!form) return;
  const verdict = document.getElementById("matrix-verdict");
  const words = document.getElementById("matrix-words");
  const count = document.getElementById("matrix-count");
  const rows = [...document.querySelectorAll(".matrix tbody tr")];
  const apply = () => {
    const wanted = words.value.trim().toLowerCase();
    for (const row of rows) {
      const fits = !verdict.value || row.dataset.verdict === verdict.value;
      row.hidden = !(fits && row.textContent.toLowerCase().includes(wanted));
    }
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} shown`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.open = true;
    details.dataset.closed = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-closed]")) {
    details.open = false;
    delete details.dataset.closed;
  }
});
