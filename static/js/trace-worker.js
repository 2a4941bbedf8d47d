// Answers for a trace page when the network does not: with what static/js/trace.js kept of it, which never holds a valid verdict.
// The network always comes first, so each scan is asked and counted as without this file. Nothing is sent anywhere.
"use strict";
const PAGES = "trace-pages", FILES = "trace-files", NEVER_SEEN = "/never-seen";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function kept(request) {
  const pages = await caches.open(PAGES);
  return await pages.match(new URL(request.url).pathname) ?? await (await caches.open(FILES)).match(NEVER_SEEN) ?? Response.error();
}

async function file(request) {
  return await (await caches.open(FILES)).match(request.url) ?? Response.error();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(fetch(request).catch(() => (request.mode === "navigate" ? kept(request) : file(request))));
});
