/** What the server answered instead (RFC 9457), or that it did not answer. Shown by `code`, never by its title. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** Stable code of the problem; "network" when there was no answer at all. */
    readonly code: string,
    /** HTTP status, 0 without an answer. */
    readonly status: number,
    /** The server's own sentence for people, in both languages. */
    readonly sentence: { readonly vi: string; readonly en: string } | undefined,
    /** Seconds to wait, from Retry-After. */
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(code);
  }
}

interface ProblemDetails {
  readonly code?: unknown;
  readonly detail?: unknown;
}

export async function readProblem(response: Response): Promise<ApiError> {
  const problem = await readDetails(response);
  const retryAfter = Number(response.headers.get("Retry-After"));
  return new ApiError(
    typeof problem.code === "string" ? problem.code : "unknown",
    response.status,
    readSentence(problem.detail),
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : undefined,
  );
}

async function readDetails(response: Response): Promise<ProblemDetails> {
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {}; // A proxy's HTML page, say.
  }
}

function readSentence(detail: unknown): { vi: string; en: string } | undefined {
  if (typeof detail !== "object" || detail === null || !("vi" in detail) || !("en" in detail)) return undefined;
  const { vi, en } = detail;
  return typeof vi === "string" && typeof en === "string" ? { vi, en } : undefined;
}
