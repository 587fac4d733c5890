import type { vi } from "./vi.ts";

/** The keys of the staff's Vietnamese words; another language that misses one, or has one too many, does not compile. */
export type StaffWords = typeof vi;
