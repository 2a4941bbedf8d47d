// A step saves itself while somebody types, and keeps what it could not send on this phone. The page works without this file.
//
// What was typed is written to localStorage at once, under a key that names the user, the listing and the step, and sent a moment later
// with the mark (ETag) of what the page began with. It leaves localStorage when the server has it. If the server answers that somebody
// else was quicker, or a text of an earlier visit meets a changed step, both texts are shown and nothing is thrown away unasked.
"use strict";
(() => {
  const form = document.querySelector("form[data-draft]");
  const state = form.querySelector("[data-state]");
  const clash = form.querySelector("[data-clash]");
  const key = "draft:" + form.dataset.draft;
  const fields = [...form.elements].filter((field) => field.name && !["csrfmiddlewaretoken", "etag", "leave"].includes(field.name));
  let etag = form.dataset.etag;
  let timer = 0;
  let wait = 5000;
  let sending = null;
  let stopped = false;

  const values = () => Object.fromEntries(fields.map((field) => [field.name, field.value]));
  const same = (one, other) => fields.every((field) => (one[field.name] ?? "").replace(/\r\n/g, "\n") === (other[field.name] ?? "").replace(/\r\n/g, "\n"));
  const say = (what, kept = false) => { state.textContent = what ? state.dataset[what] : ""; state.classList.toggle("kept", kept); };
  const mark = (value) => { etag = value; form.elements.etag.value = value; };

  // A browser that keeps nothing for us (private mode, no room) still sends.
  const read = () => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const keep = () => { try { localStorage.setItem(key, JSON.stringify({ etag, values: values() })); } catch { /* sent all the same */ } };
  const forget = () => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } };
  const fill = (texts) => fields.forEach((field) => { if (field.name in texts) field.value = texts[field.name]; });

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(() => { sending ||= send().finally(() => { sending = null; }); }, pause);
  }

  async function send() {
    if (stopped) return;
    const sent = values();
    say("saving");
    const body = new FormData(form);
    let answer;
    try {
      answer = await fetch(form.action || location.href, {
        method: "POST", body, redirect: "manual", headers: { "Accept": "application/json", "If-Match": `"${etag}"` },
      });
    } catch {
      say("offline", true);
      wait = Math.min(wait * 2, 60000);
      return void later(wait);
    }
    wait = 5000;
    if (answer.ok) {
      const told = await answer.json();
      mark(told.etag);
      if (same(values(), sent)) { forget(); say("saved"); } else { keep(); later(1000); }
    } else if (answer.status === 412) {
      const told = await answer.json();
      meet(values(), told.values, told.etag, told.by);
    } else if (answer.status === 409) {
      stopped = true;
      say("locked", true);
    } else if (answer.type === "opaqueredirect" || answer.status === 403) {
      say("signedOut", true);
    } else {
      say("failed", true);
      if (answer.status >= 500) later(wait);
    }
  }

  // Two texts for one step: show the one that is not in the fields, and let the person choose.
  function meet(mine, theirs, theirMark, by) {
    stopped = true;
    clearTimeout(timer);
    const why = clash.querySelector("[data-clash-why]");
    why.textContent = `${by ? `${why.dataset.by} ${by}.` : ""} ${why.dataset.other}`;
    const list = clash.querySelector("[data-clash-texts]");
    list.replaceChildren();
    for (const field of fields) {
      if (mine[field.name] === theirs[field.name]) continue;
      const row = document.createElement("div");
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = field.labels?.[0]?.firstChild.textContent ?? field.name;
      for (const [words, held] of [[list.dataset.there, theirs], [list.dataset.here, mine]]) {
        const head = document.createElement("b");
        const body = document.createElement("p");
        head.textContent = words;
        body.textContent = held[field.name] || "–";
        body.className = "text";
        text.append(head, body);
      }
      row.append(term, text);
      list.append(row);
    }
    clash.hidden = false;
    clash.tabIndex = -1;
    clash.focus();
    clash.onclick = (event) => {
      const choice = event.target.dataset?.take;
      if (!choice) return;
      mark(theirMark);
      fill(choice === "mine" ? mine : theirs);
      clash.hidden = true;
      stopped = false;
      if (choice === "mine") { keep(); later(0); } else { forget(); say(""); }
    };
  }

  form.addEventListener("input", () => { keep(); if (!stopped) later(1200); });
  window.addEventListener("online", () => { if (read()) later(0); });

  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      event.stopPropagation();
      keep();
      say("offline", true);
      return;
    }
    if (sending) {
      // Its answer brings the mark that this form has to carry.
      event.preventDefault();
      event.stopPropagation();
      const button = event.submitter;
      sending.then(() => { if (!stopped) form.requestSubmit(button); });
      return;
    }
    clearTimeout(timer);
  });

  const kept = read();
  if (kept) {
    const here = values();
    if (same(kept.values, here)) {
      forget();
    } else {
      // With the mark it was typed under: the server says whether it had this text already, takes it, or has another one.
      mark(kept.etag);
      fill(kept.values);
      say("restored", true);
      later(0);
    }
  }
})();
