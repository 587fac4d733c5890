import { useCallback, useEffect, useState } from "preact/hooks";
import { findObstacle, type Obstacle } from "./findObstacle.ts";

interface ObstacleState {
  readonly obstacle: Obstacle | undefined;
  readonly lookAgain: () => void;
  readonly ignore: () => void;
}

/** Looks once, before anything is typed, whether this browser can do passkeys at all. */
export function useObstacle(): ObstacleState {
  const [obstacle, setObstacle] = useState<Obstacle>();
  const [looks, setLooks] = useState(0);

  useEffect(() => {
    const leaving = new AbortController();
    findObstacle(leaving.signal).then(setObstacle, () => undefined);
    return () => leaving.abort();
  }, [looks]);

  return {
    obstacle,
    lookAgain: useCallback(() => setLooks((count) => count + 1), []),
    ignore: useCallback(() => setObstacle(undefined), []),
  };
}
