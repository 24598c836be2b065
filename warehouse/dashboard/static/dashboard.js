// Filters that send themselves, and the keys of a review. Every page works without it.
"use strict";

for (const form of document.querySelectorAll("form[data-sends-itself]")) {
  form.addEventListener("change", (event) => {
    const cleared = event.target.dataset.clears;
    if (cleared) for (const each of form.querySelectorAll(`[name="${cleared}"]`)) each.checked = false;
    sessionStorage.setItem("worked", JSON.stringify([event.target.name, event.target.value]));
    form.requestSubmit();
  });
  const [name, value] = JSON.parse(sessionStorage.getItem("worked") ?? "[]");
  sessionStorage.removeItem("worked");
  const named = [...form.elements].filter((each) => each.name && each.name === name);
  (named.find((each) => each.value === value) ?? named[0])?.focus(); // where the keyboard was before the page came anew
}

const typing = (element) => /^(input|textarea|select)$/i.test(element.tagName) && element.type !== "checkbox";

const review = document.querySelector("form[data-review]");
if (review) {
  let isSent = false; // a key held too long answers once
  review.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || typing(event.target)) return;
    const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
  });
}
