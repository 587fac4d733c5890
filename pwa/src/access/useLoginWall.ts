import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { ApiError } from "../api/problem.ts";
import { type Door, PARENTS } from "./door.ts";
import { rememberPage } from "./pageAfterLogin.ts";

/** Sends a reader without a session to the login and back afterwards. Returns whether that is happening. */
export function useLoginWall(error: unknown, door: Door = PARENTS): boolean {
  const { path, url, route } = useLocation();
  const loggedOut = error instanceof ApiError && error.status === 401;
  // This page stays on screen until the login page has loaded; the path then is the login's already.
  const sent = useRef(false);
  useEffect(() => {
    if (!loggedOut || sent.current || path === door.login) return;
    sent.current = true;
    rememberPage(url);
    route(door.login, true);
  }, [loggedOut, path, url, route, door]);
  return loggedOut;
}
