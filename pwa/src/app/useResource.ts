import { useCallback, useEffect, useState } from "preact/hooks";

interface Resource<T> {
  readonly value: T | undefined;
  readonly error: unknown;
  readonly reload: () => void;
}

/** Loads something when the page opens; `load` must be stable (useCallback), a new one loads anew. */
export function useResource<T>(load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<{ value?: T; error?: unknown }>({});
  const [round, setRound] = useState(0);

  useEffect(() => {
    const leaving = new AbortController();
    setState({});
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
