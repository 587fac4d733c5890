import { useEffect, useState } from "preact/hooks";
import { keepHeavyFiles } from "../app/serviceWorkerUpdates.ts";
import { fetchList } from "./fetchList.ts";
import { ListKeeper } from "./listKeeper.ts";
import { openListShelf } from "./listShelf.ts";
import { recentSchoolYears } from "./recentSchoolYears.ts";
import { ageSeconds } from "./signedList.ts";
import { findTrustAnchor, type TrustAnchor } from "./trustAnchor.ts";

export interface Equipment {
  readonly anchor: TrustAnchor;
  readonly keeper: ListKeeper;
}

export interface KeeperState {
  /** The anchor and the lists' keeper; undefined on a first visit without a network. */
  readonly equipment: Promise<Equipment | undefined>;
  /** How old the lists are that a check without a network would use; undefined until they are at hand. */
  readonly readyAgeSeconds: number | undefined;
  readonly anchor: TrustAnchor | undefined;
}

/** Gets what a check needs as soon as the page opens, so that it works when the network is gone. */
export function useKeeper(): KeeperState {
  const [leaving] = useState(() => new AbortController());
  const [equipment] = useState(() => equip(leaving.signal));
  const [anchor, setAnchor] = useState<TrustAnchor>();
  const [readyAgeSeconds, setReadyAgeSeconds] = useState<number>();

  useEffect(() => {
    prepare(leaving.signal, equipment, setAnchor, setReadyAgeSeconds).catch(() => undefined);
    return () => leaving.abort();
  }, [equipment, leaving]);

  return { equipment, readyAgeSeconds, anchor };
}

async function equip(signal: AbortSignal): Promise<Equipment | undefined> {
  const anchor = await findTrustAnchor(signal);
  if (!anchor) return undefined;
  const keeper = new ListKeeper({
    expectedTrustAnchor: anchor.thumbprint,
    shelf: openListShelf(),
    fetchList,
    clock: () => new Date(),
  });
  return { anchor, keeper };
}

async function prepare(
  signal: AbortSignal,
  equipment: Promise<Equipment | undefined>,
  onAnchor: (anchor: TrustAnchor) => void,
  onReady: (ageSeconds: number) => void,
): Promise<void> {
  const ready = await equipment;
  if (!ready) return;
  onAnchor(ready.anchor);
  await ready.keeper.registry(signal);
  const statuses = await Promise.all(recentSchoolYears(new Date()).map((year) => ready.keeper.status(signal, year)));
  const ages = statuses.flatMap((list) => (list ? [ageSeconds(list.header, new Date())] : []));
  if (ages.length > 0) onReady(Math.min(...ages));
  await keepHeavyFiles();
}
