import type { Door } from "./door.ts";

const KEY = "page-after-login";

/** Remembers, for this tab only, which page sent the reader to the login, with what it was asked about. */
export function rememberPage(url: string): void {
  try {
    sessionStorage.setItem(KEY, url);
  } catch {
    // Closed storage: the first page behind the login is a good page too.
  }
}

/** The page to show after the login, once. Only pages behind this very door are ever returned. */
export function takePageAfterLogin(door: Door): string {
  try {
    const url = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    if (url && door.pages.test(url)) return url;
  } catch {
    // As above.
  }
  return door.home;
}
