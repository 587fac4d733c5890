import { clear, createStore, get, set } from "idb-keyval";

/** A list as it came, with what has to be remembered of it. */
export interface KeptList {
  readonly bytes: Uint8Array;
  /** Highest sequence number ever seen of this list; an older list is refused, whoever hands it out. */
  readonly sequence: number;
}

/** Where lists are kept between visits. */
export interface ListShelf {
  /** The list kept under a subject; undefined where there is none, or where storage is closed to us. */
  load(subject: string): Promise<KeptList | undefined>;
  keep(subject: string, list: KeptList): Promise<void>;
  /** Forgets everything; only for a new trust anchor, under which sequence numbers begin anew. */
  clear(): Promise<void>;
}

/** The browser's own database. A browser that refuses it (private windows of some) checks with the network only. */
export function openListShelf(): ListShelf {
  const store = createStore("hocba-lists", "lists");
  return {
    load: (subject) => get<KeptList>(subject, store).catch(() => undefined),
    keep: (subject, list) => set(subject, list, store).catch(() => undefined),
    clear: () => clear(store).catch(() => undefined),
  };
}
