import type { vi } from "./vi.ts";

/** The keys of the verify page's Vietnamese words; another language that misses one, or has one too many, does not compile. */
export type VerifyWords = typeof vi;
