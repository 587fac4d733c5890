/** What the first page may take on slow 4G, and some: the shell that is kept for later is three times as large. */
const FIRST_PAGE_MS = 3_000;

/** Registers the service worker and says when a new build waits. Does nothing while developing. */
export async function watchForUpdates(signal: AbortSignal, onWaiting: (worker: ServiceWorker) => void): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  if (!navigator.serviceWorker.controller) await firstPage();
  const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  const announce = () => {
    // The very first worker waits for nobody and needs no consent.
    if (registration.waiting && navigator.serviceWorker.controller && !signal.aborted) onWaiting(registration.waiting);
  };
  announce();
  registration.addEventListener(
    "updatefound",
    () => registration.installing?.addEventListener("statechange", announce, { signal }),
    { signal },
  );
}

/** On a first visit, the network belongs to the page that somebody waits for. */
function firstPage(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, FIRST_PAGE_MS));
}

/** The reader agreed: the waiting build takes over and the page starts again with it. */
export function startWaitingBuild(worker: ServiceWorker): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  worker.postMessage("skip-waiting");
}

/** Asks the worker to keep the barcode reader too; the page that needs it calls this, the parents' pages do not. */
export async function keepHeavyFiles(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.ready;
  registration.active?.postMessage("cache-heavy-files");
}
