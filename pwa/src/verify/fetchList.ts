/** The largest list, a country's registry, stays below; more is not read. */
const MAX_LIST_BYTES = 30_000_000;

/** A list could not be had: no network, a slow one, a server in trouble, or no such list. */
export class ListUnavailableError extends Error {
  override readonly name = "ListUnavailableError";

  constructor(
    /** Whether the server answered at all. */
    readonly serverReached: boolean,
    options?: ErrorOptions,
  ) {
    super("list unavailable", options);
  }
}

export type FetchList = (signal: AbortSignal, subject: string) => Promise<Uint8Array>;

/**
 * Fetches a list's bytes. Nothing about any card is in the request.
 *
 * @throws ListUnavailableError whatever happened
 */
export async function fetchList(signal: AbortSignal, subject: string): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(`/.well-known/hocba/${subject}`, { signal, credentials: "omit", cache: "no-cache" });
  } catch (cause) {
    throw new ListUnavailableError(false, { cause });
  }
  if (!response.ok) throw new ListUnavailableError(true);
  try {
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length > MAX_LIST_BYTES) throw new ListUnavailableError(true);
    return bytes;
  } catch (cause) {
    throw cause instanceof ListUnavailableError ? cause : new ListUnavailableError(false, { cause });
  }
}
