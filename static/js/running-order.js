// Slots are dragged by a handle, with mouse, pen or finger; dropping sends what the arrows send. The page works without this file.
"use strict";
(() => {
  const list = document.querySelector("[data-order]");
  if (!list) return;

  // By keyboard a slot goes several places: the arrow that was pressed has the focus again when the page is back.
  const PRESSED = "plan:pressed";
  try {
    const [hash, place] = JSON.parse(sessionStorage.getItem(PRESSED)) ?? [];
    sessionStorage.removeItem(PRESSED);
    const arrows = hash && hash === location.hash ? [...list.querySelectorAll(`${hash} button[name="to"]`)] : [];
    const again = arrows[place]?.disabled ? arrows[1 - place] : arrows[place];
    // After the browser went to the row, which takes the focus from whatever had it.
    if (again) window.addEventListener("load", () => setTimeout(() => again.focus({ preventScroll: true })));
  } catch { /* a browser that keeps nothing */ }
  list.addEventListener("submit", (event) => {
    const arrows = [...event.target.querySelectorAll('button[name="to"]')];
    if (!arrows.includes(event.submitter)) return;
    const pressed = [`#${event.target.closest("li").id}`, arrows.indexOf(event.submitter)];
    try { sessionStorage.setItem(PRESSED, JSON.stringify(pressed)); } catch { /* it starts at the row */ }
  });

  list.querySelectorAll("form[data-move]").forEach((form) => {
    const row = form.closest("li");
    // Not for the keyboard: the arrows are there for it.
    const handle = document.createElement("span");
    handle.className = "handle button second";
    handle.setAttribute("aria-hidden", "true");
    form.prepend(handle);

    handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      const from = [...list.children].indexOf(row);
      row.classList.add("moved");

      // Of the document: a captured pointer is lost as soon as its row is put elsewhere.
      const follow = (move) => {
        const under = [...list.children].find((other) => {
          const box = other.getBoundingClientRect();
          return other !== row && move.clientY > box.top && move.clientY < box.bottom;
        });
        if (under) {
          const box = under.getBoundingClientRect();
          const before = move.clientY < box.top + box.height / 2;
          if (before) under.before(row); else under.after(row);
        }
        if (move.clientY < 60) window.scrollBy(0, -20);
        if (move.clientY > window.innerHeight - 60) window.scrollBy(0, 20);
      };
      const finish = (end) => {
        document.removeEventListener("pointermove", follow);
        document.removeEventListener("pointerup", finish);
        document.removeEventListener("pointercancel", finish);
        row.classList.remove("moved");
        const to = [...list.children].indexOf(row);
        if (to === from) return;
        if (end.type === "pointercancel") {
          list.insertBefore(row, list.children[from + (to < from ? 1 : 0)] ?? null);
          return;
        }
        const place = document.createElement("input");
        place.type = "hidden";
        place.name = "to";
        place.value = String(to + 1);
        form.append(place);
        form.submit();
      };
      document.addEventListener("pointermove", follow);
      document.addEventListener("pointerup", finish);
      document.addEventListener("pointercancel", finish);
    });
  });
})();
