// Filters that send themselves, and the keys of a review. Every page works without it.
"use strict";

for (const form of document.querySelectorAll("form[data-sends-itself]")) {
  form.addEventListener("change", (event) => {
    const cleared = event.target.dataset.clears;
    if (cleared) for (const each of form.querySelectorAll(`[name="${cleared}"]`)) each.checked = false;
    form.requestSubmit();
  });
}

const typing = (element) => /^(input|textarea|select)$/i.test(element.tagName) && element.type !== "checkbox";

if (document.querySelector("form[data-review]")) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || typing(event.target)) return;
    const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
  });
}
