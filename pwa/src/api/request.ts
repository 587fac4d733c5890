import { ApiError, readProblem } from "./problem.ts";
import { noteServerTime } from "./serverClock.ts";
import { noteSessionEnd } from "./sessionEnd.ts";

const NOT_MODIFIED = 304;

interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, with its own type. */
  readonly body?: Blob;
  /** Entity tag of an answer that is at hand; the same is not sent again (RFC 9110, 13.1.2). */
  readonly knownTag?: string | undefined;
}

/** An answer with its entity tag, where it has one (RFC 9110, 8.8.3). */
export interface Tagged<T> {
  readonly value: T;
  readonly tag: string | undefined;
}

/**
 * Asks the server of this very origin and returns its JSON.
 *
 * The answer's shape is the contract of `types.ts`; the server is our own, so it is not checked again field by field.
 *
 * @throws ApiError whatever goes wrong, except an abort, which stays an AbortError.
 */
export async function request<T>(signal: AbortSignal, path: string, options: RequestOptions = {}): Promise<T> {
  return readAnswer<T>(signal, await ask(signal, path, options));
}

/**
 * As `request`, for what was read before: undefined where the server says that the answer with this tag still holds.
 *
 * @throws ApiError as `request` does.
 */
export async function requestUnlessKnown<T>(
  signal: AbortSignal,
  path: string,
  knownTag: string | undefined,
): Promise<Tagged<T> | undefined> {
  const response = await ask(signal, path, { knownTag });
  if (response.status === NOT_MODIFIED) return undefined;
  return { value: await readAnswer<T>(signal, response), tag: response.headers.get("ETag") ?? undefined };
}

/** Sends a request and lets only those answers pass that are none of the server's problems. */
async function ask(signal: AbortSignal, path: string, options: RequestOptions): Promise<Response> {
  const response = await send(signal, path, options);
  noteServerTime(response.headers.get("Date"), Date.now());
  if (!response.ok && response.status !== NOT_MODIFIED) {
    const problem = await readProblem(response);
    noteSessionEnd(path, problem);
    throw problem;
  }
  return response;
}

async function readAnswer<T>(signal: AbortSignal, response: Response): Promise<T> {
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
  if (options.knownTag) init.headers = { ...init.headers, "If-None-Match": options.knownTag };
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
