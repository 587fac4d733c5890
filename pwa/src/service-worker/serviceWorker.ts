/**
 * Keeps the app's shell, and nothing else, for times without a network.
 *
 * - Only hashed files of one build, in a cache named after that build; older caches go at activation.
 * - Never an answer of `/api/`, never a list of `/.well-known/hocba/` (the page keeps those itself, with their
 *   sequence numbers), never another origin, never anything but GET.
 * - A new build waits until the reader agrees to it.
 */
import { cacheHeavyFiles, cacheShell, dropOldCaches, pageFromCache, shellFile } from "./shellCache.ts";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", (event) => {
  event.waitUntil(cacheShell());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldCaches().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/api/") || url.pathname.startsWith("/.well-known/")) return;

  if (request.mode === "navigate") {
    const answer = pageFromCache(url);
    if (answer) event.respondWith(answer(request));
    return;
  }
  const answer = shellFile(url);
  if (answer) event.respondWith(answer(request));
});

self.addEventListener("message", (event) => {
  if (event.data === "skip-waiting") event.waitUntil(self.skipWaiting());
  if (event.data === "cache-heavy-files") event.waitUntil(cacheHeavyFiles());
});
