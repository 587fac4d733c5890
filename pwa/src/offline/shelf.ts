import { clear, createStore, del, get, keys, set } from "idb-keyval";

/** What is kept on this device while a parent's session lasts: the session's own key, and what was read, sealed. */
export interface Shelf {
  load<T>(name: string): Promise<T | undefined>;
  keep(name: string, value: unknown): Promise<void>;
  remove(name: string): Promise<void>;
  names(): Promise<readonly string[]>;
  /** Everything at once, the key included. */
  clear(): Promise<void>;
}

/** The browser's own database. One that refuses it (private windows of some) reads with the network only. */
export function openShelf(): Shelf {
  const store = createStore("hocba-readings", "readings");
  return {
    load: <T>(name: string) => get<T>(name, store).catch(() => undefined),
    keep: (name, value) => set(name, value, store).catch(() => undefined),
    remove: (name) => del(name, store).catch(() => undefined),
    names: () => keys<string>(store).catch(() => []),
    clear: () => clear(store).catch(() => undefined),
  };
}
