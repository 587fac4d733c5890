import type { vi } from "./vi.ts";

/** The keys of the Vietnamese dictionary; another language that misses one, or has one too many, does not compile. */
export type Dictionary = typeof vi;

export type Language = "vi" | "en";
