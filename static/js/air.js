// The control room: renews itself, counts down, takes single keys, and keeps what could not be sent. The page works without this file.
//
// What is pressed or typed is a row with an id of its own. It is written to localStorage at once and sent in the order in which it was
// made; it leaves localStorage when the server has answered for it, so nothing is lost and nothing is kept twice. Until then the page
// shows it as if it had been kept: what the server told last (`told`), and the waiting rows laid over it.
"use strict";
(() => {
  const room = document.getElementById("air-room");
  const now = document.getElementById("air-now");
  const marks = document.getElementById("marks");
  let told = now.innerHTML;
  let settled = [];  // kept by the server, and not yet in what it told last
  let etag = room.dataset.etag;
  let skew = Number(room.dataset.clock) - Date.now();
  const time = () => Date.now() + skew;

  // Renewing: a state that the page has already costs an answer without a body.
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt === now) event.detail.headers["If-None-Match"] = `"${etag}"`;
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== now) return void (opened = Boolean(event.detail.target.querySelector("details[open]")));
    const answer = event.detail.xhr;
    if (answer.status === 304 || answer.status === 0) event.detail.shouldSwap = false;
    if (answer.getResponseHeader("X-Now")) skew = Number(answer.getResponseHeader("X-Now")) - Date.now();
    if (answer.status === 200) etag = (answer.getResponseHeader("ETag") || "").replace(/^W\/|"/g, "");
  });
  let opened = false;
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== now) return void event.detail.target.querySelector("details")?.toggleAttribute("open", opened);
    told = now.innerHTML;
    settled = [];
    if (marks) lay(); else count();
  });

  function count() {
    const left = document.getElementById("air-count");
    if (!left?.dataset.until) return;
    const seconds = Math.floor((Number(left.dataset.until) - time()) / 1000);
    const size = Math.abs(seconds);
    const two = (number) => String(number).padStart(2, "0");
    left.textContent = `${seconds < 0 ? "+" : ""}${two(Math.floor(size / 60))}:${two(size % 60)}`;
    left.parentElement.classList.toggle("late", seconds < 0);
    const label = document.getElementById("air-count-label");
    if (label) label.textContent = seconds < 0 ? label.dataset.over : label.dataset.left;
  }
  setInterval(count, 250);

  if (!marks) return void count();  // the wall: nothing to press

  const waiting = document.getElementById("air-waiting");
  const refused = document.getElementById("air-refused");
  const said = document.getElementById("air-said");
  const key = room.dataset.queue;
  const load = identity();
  let closed = false;
  let timer = 0;
  let flight = null;
  let memory = [];

  // A browser that keeps nothing for us (private mode, no room) still sends, as long as the page is open.
  function read() {
    try { return JSON.parse(localStorage.getItem(key)) ?? []; } catch { return memory; }
  }
  function keep(rows) {
    memory = rows;
    try { if (rows.length) localStorage.setItem(key, JSON.stringify(rows)); else localStorage.removeItem(key); } catch { /* kept in memory */ }
  }
  function identity() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return [...bytes].map((byte, place) => ([4, 6, 8, 10].includes(place) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
  }

  // As long as this page is open, how long ago a row was made is counted without the device's clock, which may jump.
  function made(row) {
    return row.load === load ? Date.now() - Math.round(performance.now() - row.ticks) : row.clock;
  }
  function add(list, row) {
    Object.assign(row, { list, id: row.id ?? identity(), load, ticks: performance.now(), clock: Date.now(), shown: time() });
    keep([...read(), row]);
    say(row);
    lay();
    later(0);
  }
  function say(row) {
    const named = row.slot ? now.querySelector(`tr[data-slot="${row.slot}"] [data-name]`)?.textContent ?? "" : "";
    said.textContent = `${said.dataset[row.kind ?? "sample"]} ${named}`;
  }

  function later(pause) {
    clearTimeout(timer);
    // One at a time, so that the order stays; whatever was added meanwhile goes with the next.
    timer = setTimeout(() => { flight ||= send().finally(() => { flight = null; if (read().length && !closed) later(0); }); }, pause);
  }
  async function send() {
    const rows = read();
    if (!rows.length || closed) return void show();
    show();
    const body = { sent_at: Date.now(), marks: [], samples: [] };
    for (const row of rows) {
      const { list, load: _load, ticks: _ticks, clock: _clock, shown: _shown, ...rest } = row;
      body[list].push({ ...rest, at: made(row) });
    }
    let answer;
    try {
      answer = await fetch(room.dataset.sync, {
        method: "POST", redirect: "manual", body: JSON.stringify(body),
        headers: { "Content-Type": "application/json", "X-CSRFToken": marks.elements.csrfmiddlewaretoken.value },
      });
    } catch {
      await new Promise((done) => setTimeout(done, 2000));
      return void show();
    }
    if (answer.ok) {
      const { fates } = await answer.json();
      const answered = new Set(fates.map((fate) => fate.id));
      fates.filter((fate) => fate.message).forEach((fate) => refuse(fate, rows.find((row) => row.id === fate.id)));
      const kept = new Set(fates.filter((fate) => fate.state === "kept").map((fate) => fate.id));
      settled.push(...rows.filter((row) => kept.has(row.id)));
      keep(read().filter((row) => !answered.has(row.id)));
      htmx.trigger(now, "renew");
    } else if (answer.type === "opaqueredirect" || [401, 403, 404, 410].includes(answer.status)) {
      closed = true;
    } else if (answer.status === 400) {
      // The server cannot read what this page sent: it will not the next time either.
      refuse(await answer.json().then((told) => ({ message: told.error })), null);
      closed = true;
    } else {
      await new Promise((done) => setTimeout(done, 5000));
    }
    show();
    lay();
  }
  window.addEventListener("online", () => later(0));
  window.addEventListener("offline", show);

  function show() {
    const number = read().length;
    waiting.hidden = !number && navigator.onLine;
    const words = number === 1 ? waiting.dataset.one : waiting.dataset.many.replace("#", number);
    const why = closed ? waiting.dataset.closed : navigator.onLine ? waiting.dataset.sending : waiting.dataset.offline;
    const text = number ? `${words}. ${why}` : why;
    if (waiting.textContent !== text) waiting.textContent = text;
  }
  function refuse(fate, row) {
    const line = document.createElement("p");
    const text = document.createElement("span");
    const typed = row?.list === "samples" ? Object.entries(row).filter(([name]) => name in sampleFields).map(([name, value]) => `${sampleFields[name]}: ${value}`).join(", ") : "";
    text.textContent = `${fate.message}${typed ? ` (${typed})` : ""}`;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second";
    button.textContent = refused.dataset.close;
    button.onclick = () => line.remove();
    line.append(text, button);
    refused.append(line);
  }

  // What waits, laid over what the server told.
  function lay() {
    const rows = [...settled, ...read()].filter((row) => row.list === "marks");
    const focused = document.activeElement?.id;
    if (rows.length || now.dataset.laid) {
      now.innerHTML = told;
      now.dataset.laid = rows.length ? "yes" : "";
      htmx.process(now);
      const undone = new Set(rows.filter((row) => row.kind === "undo").map((row) => row.undoes));
      rows.filter((row) => row.kind !== "undo" && !undone.has(row.id)).forEach(apply);
      if (focused && !document.activeElement?.id) document.getElementById(focused)?.focus();
    }
    show();
    count();
  }
  function apply(row) {
    const groups = (phase) => now.querySelectorAll("[data-group]").forEach((group) => { group.hidden = group.dataset.group !== phase; });
    if (row.kind === "begin") groups("on_air");
    if (row.kind === "end") groups("none");
    const line = row.slot && now.querySelector(`tr[data-slot="${row.slot}"]`);
    if (line && row.kind === "slot") {
      const words = line.parentElement.dataset;
      const before = now.querySelector('tr[data-state="running"]');
      if (before) state(before, "shown", words.shown);
      state(line, "running", words.running);
      current(line, row);
    }
    if (line && row.kind === "skip") {
      state(line, "skipped", line.parentElement.dataset.skipped);
      if (now.querySelector("#air-current").dataset.slot === row.slot) current(null, row);
    }
    if (line && row.kind === "sold_out") line.querySelector("[data-words]").textContent += `, ${line.parentElement.dataset.sold_out}`;
    next(line && row.kind === "slot" ? line : now.querySelector('tr[data-state="running"]'));
    button("press-undo", `undo::${row.id}`);
  }
  function state(line, phase, words) {
    line.dataset.state = phase;
    line.className = phase;
    line.querySelector("[data-words]").textContent = words;
  }
  function current(line, row) {
    const name = document.getElementById("air-current");
    const left = document.getElementById("air-count");
    name.textContent = line ? line.querySelector("[data-name]").textContent : name.dataset.none;
    left.parentElement.hidden = !line;
    if (line) left.dataset.until = row.shown + Number(line.dataset.minutes) * 60000; else delete left.dataset.until;
    name.parentElement.querySelector(".air-price")?.replaceChildren();
    button("press-sold-out", line && `sold_out:${row.slot}`);
    button("press-again", line && `slot:${row.slot}`);
  }
  function next(behind) {
    const lines = [...now.querySelectorAll("tr[data-slot]")];
    const from = behind ? lines.indexOf(behind) + 1 : lines.findLastIndex((line) => line.dataset.state === "shown") + 1;
    const turn = lines.slice(from).find((line) => line.dataset.state === "to_come");
    const name = document.getElementById("air-next");
    name.textContent = turn ? turn.querySelector("[data-name]").textContent : name.dataset.none;
    name.parentElement.querySelector(".air-price")?.replaceChildren();
    button("press-next", turn && `slot:${turn.dataset.slot}`);
    button("press-skip", turn && `skip:${turn.dataset.slot}`);
  }
  function button(id, value) {
    const found = document.getElementById(id);
    found.disabled = !value;
    found.value = value || "";
  }

  marks.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const [kind, slot, undoes] = event.submitter.value.split(":");
    add("marks", { kind, ...(slot && { slot }), ...(undoes && { undoes }) });
  });
  const sample = document.getElementById("sample");
  const sampleFields = Object.fromEntries([...(sample?.elements ?? [])].filter((field) => field.type === "text").map((field) => [field.name, field.labels[0].textContent]));
  sample?.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const typed = Object.keys(sampleFields).map((name) => sample.elements[name]).filter((field) => field.value.trim());
    if (!typed.length) return void sample.querySelector("input[type=text]").focus();
    add("samples", Object.fromEntries(typed.map((field) => [field.name, field.value.trim()])));
    typed.forEach((field) => { field.value = ""; });
    // Sent by Enter: no field has the focus any more, so that the next single key is one.
    if (document.activeElement?.form === sample && document.activeElement.type === "text") leave();
  });
  let cameByKey = false;
  function leave() {
    if (cameByKey) now.scrollIntoView({ block: "start" });
    document.getElementById(cameByKey ? "press-figures" : "press-sample").focus({ preventScroll: true });
    cameByKey = false;
  }

  // One key is enough, unless it is turned off or something is being typed.
  const keys = document.getElementById("air-keys-on");
  const KEYS = "air:keys";
  try { keys.checked = localStorage.getItem(KEYS) !== "off"; } catch { /* on */ }
  keys.addEventListener("change", () => { try { localStorage.setItem(KEYS, keys.checked ? "on" : "off"); } catch { /* for this page */ } });
  document.addEventListener("keydown", (event) => {
    if (!keys.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.key === "Escape" && event.target.form === sample && event.target.type === "text") return void leave();
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select")) return;
    const letter = event.key === "ArrowRight" ? "n" : event.key.toLowerCase();
    if (letter === "g") {
      event.preventDefault();
      cameByKey = true;
      return void sample?.querySelector("input[type=text]").focus();
    }
    const pressed = [...now.querySelectorAll(`button[data-key="${CSS.escape(letter)}"]`)].find((one) => !one.disabled && !one.closest("[hidden]"));
    if (!pressed) return;
    event.preventDefault();
    marks.requestSubmit(pressed);
  });

  lay();
  if (read().length) later(0);
})();
