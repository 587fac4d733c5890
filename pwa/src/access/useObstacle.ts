import { useCallback, useEffect, useState } from "preact/hooks";
import { useConfiguration } from "../app/configuration.tsx";
import { findObstacle, type Obstacle } from "./findObstacle.ts";

interface ObstacleState {
  readonly obstacle: Obstacle | undefined;
  readonly lookAgain: () => void;
  readonly ignore: () => void;
}

/** Looks before anything is typed whether this browser can do passkeys at all; again once the server has answered. */
export function useObstacle(): ObstacleState {
  const [obstacle, setObstacle] = useState<Obstacle>();
  const [looks, setLooks] = useState(0);
  const configuration = useConfiguration();

  // With the configuration comes the time of the server: look again then.
  useEffect(() => {
    const leaving = new AbortController();
    findObstacle(leaving.signal).then(setObstacle, () => undefined);
    return () => leaving.abort();
  }, [looks, configuration]);

  return {
    obstacle,
    lookAgain: useCallback(() => setLooks((count) => count + 1), []),
    ignore: useCallback(() => setObstacle(undefined), []),
  };
}
