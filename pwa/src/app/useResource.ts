import { useCallback, useEffect, useRef, useState } from "preact/hooks";

interface Resource<T> {
  readonly value: T | undefined;
  readonly error: unknown;
  readonly reload: () => void;
}

/**
 * Loads something when the page opens; `load` must be stable (useCallback), a new one begins with nothing.
 *
 * Loading the same again keeps what is shown until there is something newer: the page neither jumps nor forgets what
 * its parts were about to say.
 */
export function useResource<T>(load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<{ value?: T; error?: unknown }>({});
  const [round, setRound] = useState(0);
  const loaded = useRef<typeof load>(undefined);

  useEffect(() => {
    const leaving = new AbortController();
    const again = loaded.current === load;
    loaded.current = load;
    setState(({ value }) => (again && value !== undefined ? { value } : {}));
    load(leaving.signal).then(
      (value) => setState({ value }),
      (error: unknown) => {
        if (!leaving.signal.aborted) setState({ error });
      },
    );
    return () => leaving.abort();
  }, [load, round]);

  return { value: state.value, error: state.error, reload: useCallback(() => setRound((count) => count + 1), []) };
}
