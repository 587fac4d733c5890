import { ApiError, readProblem } from "./problem.ts";

interface RequestOptions {
  readonly method?: "GET" | "POST";
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
  if (!response.ok) throw await readProblem(response);
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
