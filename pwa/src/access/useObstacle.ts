import { useCallback, useEffect, useState } from "preact/hooks";
import { useConfiguration } from "../app/configuration.tsx";
import { findObstacle, type Obstacle } from "./findObstacle.ts";

/** How long a page waits for the browser's word on its authenticator; it is a matter of milliseconds where it works. */
const PATIENCE_MS = 300;

interface ObstacleState {
  /** Whether the first look has ended: what is found then pushes nothing away that is on the screen already. */
  readonly looked: boolean;
  readonly obstacle: Obstacle | undefined;
  readonly lookAgain: () => void;
  readonly ignore: () => void;
}

/** Looks before anything is typed whether this browser can do passkeys at all; again once the server has answered. */
export function useObstacle(): ObstacleState {
  const [obstacle, setObstacle] = useState<Obstacle>();
  const [looked, setLooked] = useState(false);
  const [looks, setLooks] = useState(0);
  const configuration = useConfiguration();

  useEffect(() => {
    const timer = setTimeout(() => setLooked(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);

  // With the configuration comes the time of the server: look again then.
  useEffect(() => {
    const leaving = new AbortController();
    const end = (found: Obstacle | undefined) => {
      setObstacle(found);
      setLooked(true);
    };
    findObstacle(leaving.signal).then(end, () => undefined);
    return () => leaving.abort();
  }, [looks, configuration]);

  return {
    looked,
    obstacle,
    lookAgain: useCallback(() => setLooks((count) => count + 1), []),
    ignore: useCallback(() => setObstacle(undefined), []),
  };
}
