const KEY = "page-after-login";

/** Remembers, for this tab only, which page sent the reader to the login. */
export function rememberPage(path: string): void {
  try {
    sessionStorage.setItem(KEY, path);
  } catch {
    // Closed storage: the list of children is a good page too.
  }
}

/** The page to show after the login, once. Only the app's own pages behind the login are ever returned. */
export function takePageAfterLogin(): string {
  try {
    const path = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    if (path && /^\/hoc-ba\/[0-9a-f-]{36}$/.test(path)) return path;
  } catch {
    // As above.
  }
  return "/con";
}
