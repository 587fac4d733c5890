/** The three kinds of list together: what a check needs to know of the world. */
import type { SchoolRegistry } from "./registry.ts";
import type { StatusList } from "./status.ts";
import type { TrustList } from "./trust.ts";

/** Verified lists at hand; what is undefined or missing is not at hand. They may be stale. */
export interface Lists {
  readonly trust: TrustList | undefined;
  readonly registry: SchoolRegistry | undefined;
  /** By school year, "2025-2026". */
  readonly statuses: ReadonlyMap<string, StatusList>;
}

export const NO_LISTS: Lists = { trust: undefined, registry: undefined, statuses: new Map() };
