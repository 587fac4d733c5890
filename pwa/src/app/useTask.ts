import { useCallback, useEffect, useRef, useState } from "preact/hooks";

interface Task {
  readonly running: boolean;
  /** What the last run ended with, undefined after a success. */
  readonly error: unknown;
  /** Starts the work unless it is already running; leaving the page aborts it. */
  readonly run: (work: (signal: AbortSignal) => Promise<void>) => void;
}

/** One piece of work that a button starts. */
export function useTask(): Task {
  const [state, setState] = useState<{ running: boolean; error: unknown }>({ running: false, error: undefined });
  const current = useRef<AbortController | null>(null);

  useEffect(() => () => current.current?.abort(), []);

  const run = useCallback((work: (signal: AbortSignal) => Promise<void>) => {
    if (current.current) return;
    const controller = new AbortController();
    current.current = controller;
    setState({ running: true, error: undefined });
    const end = (error: unknown) => {
      current.current = null;
      if (!controller.signal.aborted) setState({ running: false, error });
    };
    work(controller.signal).then(() => end(undefined), end);
  }, []);

  return { ...state, run };
}
