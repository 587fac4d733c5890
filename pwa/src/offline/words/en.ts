import type { OfflineWords } from "./vi.ts";

export const en: OfflineWords = {
  title: "Showing the copy on this device",
  asOf: (when: string) =>
    `Read offline, as of ${when}; something may have changed since. Downloading PDF or XML needs the network.`,
  retry: "Load again when online",
};
