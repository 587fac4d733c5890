import type { Door } from "./door.ts";

const KEY = "page-after-login";

/** Remembers, for this tab only, which page sent the reader to the login. */
export function rememberPage(path: string): void {
  try {
    sessionStorage.setItem(KEY, path);
  } catch {
    // Closed storage: the first page behind the login is a good page too.
  }
}

/** The page to show after the login, once. Only pages behind this very door are ever returned. */
export function takePageAfterLogin(door: Door): string {
  try {
    const path = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    if (path && door.pages.test(path)) return path;
  } catch {
    // As above.
  }
  return door.home;
}
