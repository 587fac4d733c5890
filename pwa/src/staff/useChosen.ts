import { useCallback, useMemo, useState } from "preact/hooks";
import type { ListedCard } from "../api/staffTypes.ts";
import { type Chosen, choose, recallChosen, rememberChosen, stillChosen } from "./chosenCards.ts";

interface ChosenState {
  /** Among the cards given. */
  readonly chosen: Chosen;
  readonly put: (changed: readonly ListedCard[], wanted: boolean) => void;
}

/** The choice of a list, kept while the reader opens single cards and comes back; `cards` must be stable. */
export function useChosen(roleId: string, cards: readonly ListedCard[]): ChosenState {
  const [kept, setKept] = useState(() => recallChosen(roleId));
  const chosen = useMemo(() => stillChosen(kept, cards), [kept, cards]);
  const put = useCallback(
    (changed: readonly ListedCard[], wanted: boolean) => {
      const next = choose(recallChosen(roleId), changed, wanted);
      rememberChosen(roleId, next);
      setKept(next);
    },
    [roleId],
  );
  return { chosen, put };
}
