// Between two answers the portal keeps nothing of a file, so the same file is sent again with the next one. This module spares the person
// from choosing it again: forms marked data-same-file are sent by fetch, the answer takes the place of the page's main part, and the file
// stays in this page's memory. Without it the pages work all the same.
"use strict";
(() => {
  let kept = null;

  const formOf = (target) => target?.closest?.("form[data-same-file]");

  function place() {
    const form = document.querySelector("form[data-same-file]");
    const input = form?.querySelector("input[type=file]");
    const told = form?.querySelector("[data-kept-file]");
    if (!kept || !input || !told) return;
    const files = new DataTransfer();
    files.items.add(kept);
    input.files = files.files;
    told.textContent = `${told.dataset.words} ${kept.name}`;
  }

  document.addEventListener("change", (event) => {
    if (event.target.type === "file" && formOf(event.target)) kept = event.target.files[0] ?? null;
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || !formOf(form) || typeof DataTransfer !== "function") return;
    kept = form.querySelector("input[type=file]").files[0] ?? kept;
    if (!kept) return;
    event.preventDefault();
    event.stopPropagation();
    const body = new FormData(form, event.submitter);
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body });
    } catch {
      buttons.forEach((button) => { button.disabled = false; });
      const state = form.querySelector("[data-same-file-state]");
      state.textContent = state.dataset.offline;
      return;
    }
    if (answer.redirected) {
      location.assign(answer.url);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main");
    if (!main) {
      location.reload();
      return;
    }
    document.title = page.title;
    // The answer may be another page, with a style of its own.
    page.head.querySelectorAll("link[rel=stylesheet]").forEach((link) => {
      if (!document.head.querySelector(`link[href="${link.getAttribute("href")}"]`)) document.head.append(document.adoptNode(link));
    });
    document.querySelector("main").replaceWith(document.adoptNode(main));
    place();
    const heard = document.querySelector("[data-focus]") ?? document.querySelector("main");
    heard.focus();
    scrollTo(0, 0);
  }, true);
})();
