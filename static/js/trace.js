// The trace page works without this file. It passes the page on by what the phone has for that, and keeps a copy on the phone itself for
// when there is no network: without its verdict where that was good, because by then it may be good no more.
"use strict";
(() => {
  const MOST_PAGES = 30, MOST_FILES = 60;
  const root = document.documentElement;
  const words = (name) => document.querySelector(`template[data-${name}]`).content.cloneNode(true);

  // A good verdict gives way to when it was seen; a warning stays, and says when too.
  function withoutGoodVerdict(html) {
    if (html.querySelector(".verdict.offline")) return;
    const verdict = html.querySelector(".verdict");
    verdict.after(words("seen"));
    if (verdict.matches(".valid")) verdict.remove();
  }

  function asResponse(html) {
    const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'" };
    return new Response(`<!doctype html>\n${html.outerHTML}`, { headers });
  }

  async function dropOldest(cache, most) {
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
  }

  async function keep() {
    const copy = root.cloneNode(true);
    copy.dataset.kept = "";
    withoutGoodVerdict(copy);
    const never = root.cloneNode(true);
    never.dataset.kept = "";
    never.querySelector("main").replaceChildren(words("never"));
    never.querySelector("footer")?.remove();
    never.querySelector("title").textContent = "OCOP";
    const pages = await caches.open("trace-pages"), files = await caches.open("trace-files");
    // Deleted first: what was seen last stands last.
    await pages.delete(location.pathname);
    await pages.put(location.pathname, asResponse(copy));
    await files.put("/never-seen", asResponse(never));
    const loaded = performance.getEntriesByType("resource").map((entry) => entry.name.split("#")[0]);
    const needed = [...new Set(loaded)].filter((url) => /^\/(static|pictures)\//.test(new URL(url).pathname) && url.startsWith(location.origin));
    for (const url of needed) {
      const answer = await fetch(url, { cache: "force-cache" });
      await files.delete(url);
      if (answer.ok) await files.put(url, answer);
    }
    await dropOldest(pages, MOST_PAGES);
    await dropOldest(files, MOST_FILES);
  }

  async function keepForLater() {
    const scope = location.pathname.match(/^\/(?:01|t|(?:en\/)?trace)\//)?.[0];
    if (!scope || !navigator.serviceWorker || !window.caches || "kept" in root.dataset) return;
    await navigator.serviceWorker.register(document.querySelector("script[data-worker]").dataset.worker, { scope });
    // A lot that was typed and not found is no page of its own.
    if (!new URLSearchParams(location.search).has("lot")) await keep();
    root.dataset.keeps = "";
  }

  function share(link) {
    const told = document.querySelector("[data-told]");
    const { address, copied } = link.dataset;
    link.addEventListener("click", async (event) => {
      if (!navigator.share && !navigator.clipboard) return;
      event.preventDefault();
      try {
        if (navigator.share) {
          await navigator.share({ title: document.title, url: address });
        } else {
          await navigator.clipboard.writeText(address);
          told.textContent = copied;
        }
      } catch (error) {
        if (error.name !== "AbortError") location.href = link.href;
      }
    });
  }

  document.querySelectorAll("a[data-address]").forEach(share);
  // A phone without storage left, or a browser that forbids it, goes without a copy.
  window.addEventListener("load", () => keepForLater().catch(() => {}));
  // A page that stays open, or comes back from the browser's history, is no fresher than one that was kept.
  window.addEventListener("offline", () => withoutGoodVerdict(root));
  window.addEventListener("pageshow", (event) => { if (event.persisted && !navigator.onLine) withoutGoodVerdict(root); });
})();
