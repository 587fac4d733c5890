declare const SHELL_VERSION: string;
declare const SHELL_URLS: readonly string[];
declare const HEAVY_URLS: readonly string[];

const PREFIX = "shell-";
const CACHE = `${PREFIX}${SHELL_VERSION}`;

/** The app's own addresses; any other path (the API's documentation, say) goes to the server. */
const PAGES =
  /^\/(?:kich-hoat|dang-nhap|con|chia-se(?:\/moi)?|x|nhat-ky|yeu-cau|tai-khoan|tro-giup|v|hoc-ba\/[^/]+|truong(?:\/.*)?)?\/?$/;

type Answer = (request: Request) => Promise<Response>;

/** Keeps the shell of this build; fails as a whole, so that a half-loaded build is never used. */
export async function cacheShell(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL_URLS.map(shellRequest));
}

/** The barcode reader is larger than all the rest: kept when it can be had, missed without harm. */
export async function cacheHeavyFiles(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const url of HEAVY_URLS) {
    if (await cache.match(url)) continue;
    try {
      await cache.add(url);
    } catch {
      // Best effort: a photo or the camera then needs the network, a scanned link does not.
    }
  }
}

/** Deletes the shells of other builds. */
export async function dropOldCaches(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
}

/** Answers an address of the app with its one page, or nothing where the address is not the app's. */
export function pageFromCache(url: URL): Answer | undefined {
  return PAGES.test(url.pathname) ? (request) => fromCache("/", request) : undefined;
}

/** Answers a file of this build from the cache, or nothing where the file is not of this build. */
export function shellFile(url: URL): Answer | undefined {
  if (HEAVY_URLS.includes(url.pathname)) return heavyFile;
  return SHELL_URLS.includes(url.pathname) ? (request) => fromCache(url.pathname, request) : undefined;
}

/** Hashed files may come from the browser's cache, the page has just loaded them; the others are asked for anew. */
function shellRequest(url: string): Request {
  return new Request(url, { cache: url.startsWith("/assets/") ? "default" : "no-cache" });
}

async function fromCache(key: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(key)) ?? fetch(request);
}

async function heavyFile(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(request, fresh.clone());
  return fresh;
}
