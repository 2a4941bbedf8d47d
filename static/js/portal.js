// The pages work without this file. It moves the focus to the summary of errors, and stops a form from being sent twice.
"use strict";
document.querySelector("[data-focus]")?.focus();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  // Later, so that the button's own name and value are still sent.
  setTimeout(() => form.querySelectorAll("button:not([type=button])").forEach((button) => { button.disabled = true; }));
});
// A page that comes back from the browser's history can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
  });
});
// Where a browser cannot lay a closed fold open (components.css: phone-fold), it is opened at a desk and for paper.
if (!CSS.supports("selector(::details-content)")) {
  const unfold = () => document.querySelectorAll(".phone-fold > details").forEach((fold) => { fold.open = true; });
  const atDesk = () => { if (matchMedia("(min-width: 48rem)").matches) unfold(); };
  atDesk();
  document.addEventListener("htmx:afterSwap", atDesk);
  window.addEventListener("beforeprint", unfold);
}
