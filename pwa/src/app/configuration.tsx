import { get, set } from "idb-keyval";
import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { request } from "../api/request.ts";
import type { Configuration } from "../api/types.ts";

const KEY = "configuration";

const ConfigurationContext = createContext<Configuration | undefined>(undefined);

/** The installation's own words, for the header; what the check trusts is pinned apart, in `verify/trustAnchor.ts`. */
export function ConfigurationProvider({ children }: { readonly children: ComponentChildren }) {
  const [configuration, setConfiguration] = useState<Configuration>();
  useEffect(() => {
    const leaving = new AbortController();
    loadConfiguration(leaving.signal, setConfiguration).catch(() => undefined);
    return () => leaving.abort();
  }, []);
  return <ConfigurationContext.Provider value={configuration}>{children}</ConfigurationContext.Provider>;
}

export function useConfiguration(): Configuration | undefined {
  return useContext(ConfigurationContext);
}

/** First the one kept on this device, then the server's; the header must not wait for the network. */
async function loadConfiguration(signal: AbortSignal, show: (found: Configuration) => void): Promise<void> {
  const kept = await get<Configuration>(KEY).catch(() => undefined);
  if (kept && !signal.aborted) show(kept);
  const fresh = await request<Configuration>(signal, "/api/configuration");
  show(fresh);
  await set(KEY, fresh);
}
