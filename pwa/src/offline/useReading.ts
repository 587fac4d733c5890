import { useCallback, useState } from "preact/hooks";
import { ApiError } from "../api/problem.ts";
import { requestUnlessKnown, type Tagged } from "../api/request.ts";
import { useResource } from "../app/useResource.ts";
import { type Reading, readings } from "./readings.ts";

/** The server ends a session that was idle for so long (`backend/access/parents.py`). */
const IDLE_END_MS = 30 * 60_000;

interface ReadingState<T> {
  readonly value: T | undefined;
  /** Since when the value stands, where it comes from this device; undefined where the server has just said it. */
  readonly readAt: number | undefined;
  readonly error: unknown;
  readonly reload: () => void;
}

/**
 * Reads an address of the API, and without a network what this session has read there before.
 *
 * What was read a moment ago is shown at once, while the server is asked whether it still holds; a refusal takes it away.
 */
export function useReading<T>(address: string): ReadingState<T> {
  const [early, setEarly] = useState<{ readonly address: string; readonly value: T }>();
  const load = useCallback(
    (signal: AbortSignal) =>
      read<T>(signal, address, (kept) => {
        if (!signal.aborted) setEarly({ address, value: kept });
      }),
    [address],
  );
  const { value, error, reload } = useResource(load);
  const waiting = value === undefined && error === undefined;
  return {
    value: waiting && early?.address === address ? early.value : value?.value,
    readAt: value?.fromDevice ? value.readAt : undefined,
    error,
    reload,
  };
}

interface Found<T> extends Reading<T> {
  readonly fromDevice: boolean;
}

/**
 * @param showEarly is given what was read so lately that the session cannot have run out since
 * @throws ApiError the server's refusal, or "network" when nothing was read here before.
 */
async function read<T>(signal: AbortSignal, address: string, showEarly: (value: T) => void): Promise<Found<T>> {
  const kept = await readings.recall<T>(address);
  if (kept && isOfLate(kept)) showEarly(kept.value);
  try {
    const { value, tag } = (await requestUnlessKnown<T>(signal, address, kept?.tag)) ?? asBefore(kept);
    await readings.keep(address, value, tag);
    return { value, readAt: Date.now(), fromDevice: false };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (isOutOfReach(error) && kept) return { ...kept, fromDevice: true };
    if (!isOutOfReach(error)) await readings.forget(address); // The reader may not see it any more.
    throw error;
  }
}

/** A clock that was set back makes nothing younger. */
function isOfLate(kept: Reading<unknown>): boolean {
  const age = Date.now() - kept.readAt;
  return age >= 0 && age < IDLE_END_MS;
}

/** What the server says is unchanged; it can say so only of what was at hand. */
function asBefore<T>(kept: Reading<T> | undefined): Tagged<T> {
  if (!kept) throw new ApiError("unknown", 304, undefined, undefined);
  return { value: kept.value, tag: kept.tag };
}

/** No answer at all, or a proxy's in place of a server that is away (RFC 9110, 15.6.3 to 15.6.5). */
function isOutOfReach(error: ApiError): boolean {
  return error.status === 0 || (error.status >= 502 && error.status <= 504);
}
