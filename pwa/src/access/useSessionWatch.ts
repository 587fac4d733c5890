import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { request } from "../api/request.ts";
import { readings } from "../offline/readings.ts";
import { PARENTS } from "./door.ts";
import { rememberPage } from "./pageAfterLogin.ts";
import { watchSession } from "./watchSession.ts";

/** A parent's page whose session is over shows the login instead of the data, and comes back after it. */
export function useSessionWatch(): void {
  const { url, route } = useLocation();
  const shown = useRef({ url, route });
  shown.current = { url, route };
  useEffect(() => {
    const leaving = new AbortController();
    watchSession(leaving.signal, {
      isOpen: () => readings.isOpen(),
      ask: (signal) => request(signal, "/api/account"),
      ended: () => {
        rememberPage(shown.current.url);
        shown.current.route(PARENTS.login, true);
      },
    });
    return () => leaving.abort();
  }, []);
}
