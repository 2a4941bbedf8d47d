// A form that outlives a lost line: what is typed stands in localStorage until the server has saved it. The page works without this file.
//
// The form's token is kept with the text: sent again after an answer that never came, it is the same order, not a second one. The page of
// the saved order names that token, and the text is forgotten. It also fills in the price of a product that is chosen.
"use strict";
(() => {
  const store = {
    read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    keep(key, values) { try { localStorage.setItem(key, JSON.stringify(values)); } catch { /* no room: sent all the same */ } },
    forget(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  };

  const done = document.querySelector("[data-kept-done]");
  if (done && store.read(done.dataset.keptDone)?.token === done.dataset.token) store.forget(done.dataset.keptDone);

  const form = document.querySelector("form[data-kept-form]");
  if (!form) return;
  const key = form.dataset.keptForm;
  const state = form.querySelector("[data-kept-state]");
  const fields = [...form.elements].filter((field) => field.name && field.name !== "csrfmiddlewaretoken" && field.type !== "submit");
  const keep = () => store.keep(key, Object.fromEntries(fields.map((field) => [field.name, field.value])));

  const kept = store.read(key);
  // A page that comes back with errors holds what was sent: that is newer.
  if (kept && !document.querySelector(".error-summary")) {
    fields.forEach((field) => { if (field.name in kept) field.value = kept[field.name]; });
    form.querySelectorAll("details").forEach((fold) => {
      fold.open = [...fold.querySelectorAll("input, select")].some((field) => field.value);
    });
    state.textContent = state.dataset.restored;
  }

  form.addEventListener("input", keep);
  form.addEventListener("change", (event) => {
    const chosen = event.target.selectedOptions?.[0];
    const price = form.elements[event.target.name?.replace("product_", "price_")];
    if (event.target.name?.startsWith("product_") && chosen && price) price.value = chosen.dataset.price ?? "";
    keep();
  });
  form.addEventListener("submit", (event) => {
    keep();
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopPropagation();
    state.textContent = state.dataset.offline;
  });
})();
