// Filters that send themselves, and the keys of a review. Every page works without it.
"use strict";

for (const form of document.querySelectorAll("form[data-sends-itself]")) {
  form.addEventListener("change", (event) => {
    const cleared = event.target.dataset.clears;
    if (cleared) for (const each of form.querySelectorAll(`[name="${cleared}"]`)) each.checked = false;
    form.requestSubmit();
  });
}
