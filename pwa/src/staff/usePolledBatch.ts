import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/problem.ts";
import { request } from "../api/request.ts";
import type { Batch } from "../api/staffTypes.ts";
import { isUnderWay } from "./batchProgress.ts";

const POLL_MS = 1_000;
/** Without an answer the phone may be in a lift: less often, but never given up. */
const POLL_AGAIN_MS = 4_000;

interface PolledBatch {
  readonly batch: Batch | undefined;
  readonly error: unknown;
  /** The last question was not answered; what is shown is a little old. */
  readonly offline: boolean;
  readonly reload: () => void;
}

/** How a batch stands, asked again and again while the server works on it. */
export function usePolledBatch(batchId: string): PolledBatch {
  const [state, setState] = useState<Omit<PolledBatch, "reload">>({
    batch: undefined,
    error: undefined,
    offline: false,
  });
  const [round, setRound] = useState(0);

  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const batch = await request<Batch>(leaving.signal, `/api/staff/batches/${encodeURIComponent(batchId)}`);
        setState({ batch, error: undefined, offline: false });
        if (isUnderWay(batch)) timer = setTimeout(ask, POLL_MS);
      } catch (error) {
        if (leaving.signal.aborted) return;
        const passing = error instanceof ApiError && (error.status === 0 || error.status >= 500);
        setState((last) => (passing && last.batch ? { ...last, offline: true } : { ...last, error }));
        if (passing) timer = setTimeout(ask, POLL_AGAIN_MS);
      }
    };
    ask();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [batchId, round]);

  return { ...state, reload: () => setRound((count) => count + 1) };
}
