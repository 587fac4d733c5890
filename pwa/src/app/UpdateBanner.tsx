import { useEffect, useState } from "preact/hooks";
import { useText } from "../i18n/language.tsx";
import { startWaitingBuild, watchForUpdates } from "./serviceWorkerUpdates.ts";

/** A new build is used when the reader says so, never in the middle of reading a card. */
export function UpdateBanner() {
  const text = useText();
  const [waiting, setWaiting] = useState<ServiceWorker>();
  useEffect(() => {
    const leaving = new AbortController();
    watchForUpdates(leaving.signal, setWaiting).catch(() => undefined);
    return () => leaving.abort();
  }, []);
  if (!waiting) return null;
  return (
    <div class="update-banner" role="status">
      <p>{text.app.updateReady}</p>
      <div class="row">
        <button type="button" class="button" onClick={() => startWaitingBuild(waiting)}>
          {text.app.updateNow}
        </button>
        <button type="button" class="button quiet" onClick={() => setWaiting(undefined)}>
          {text.app.updateLater}
        </button>
      </div>
    </div>
  );
}
