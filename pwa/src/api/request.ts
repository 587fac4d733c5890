import { ApiError, readProblem } from "./problem.ts";
import { noteServerTime } from "./serverClock.ts";
import { noteSessionEnd } from "./sessionEnd.ts";

interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, with its own type. */
  readonly body?: Blob;
}

/**
 * Asks the server of this very origin and returns its JSON.
 *
 * The answer's shape is the contract of `types.ts`; the server is our own, so it is not checked again field by field.
 *
 * @throws ApiError whatever goes wrong, except an abort, which stays an AbortError.
 */
export async function request<T>(signal: AbortSignal, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(signal, path, options);
  noteServerTime(response.headers.get("Date"), Date.now());
  if (!response.ok) {
    const problem = await readProblem(response);
    noteSessionEnd(path, problem);
    throw problem;
  }
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new ApiError("unknown", response.status, undefined, undefined);
  }
}

async function send(signal: AbortSignal, path: string, options: RequestOptions): Promise<Response> {
  const init: RequestInit = {
    signal,
    method: options.method ?? "GET",
    credentials: "same-origin",
    headers: { Accept: "application/json, application/problem+json" },
  };
  if (options.json !== undefined) {
    init.body = JSON.stringify(options.json);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  } else if (options.body) {
    init.body = options.body;
  }
  try {
    return await fetch(path, init);
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new ApiError("network", 0, undefined, undefined);
  }
}
