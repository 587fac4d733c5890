/** Reads the content of a list field by field; what is not as the format says makes the whole list unusable. */
import type { Cbor, CborMap } from "./deterministicCbor.ts";
import { EARLIEST_SECOND, LATEST_SECOND, malformed } from "./signedList.ts";

type Value = Cbor | undefined;

export class ListContent {
  constructor(private readonly subject: string) {}

  map(value: Value): CborMap {
    if (!(value instanceof Map)) throw this.unexpected();
    return value;
  }

  array(value: Value): readonly Cbor[] {
    if (!Array.isArray(value)) throw this.unexpected();
    return value;
  }

  text(value: Value): string {
    if (typeof value !== "string") throw this.unexpected();
    return value;
  }

  bytes(value: Value): Uint8Array {
    if (!(value instanceof Uint8Array)) throw this.unexpected();
    return value;
  }

  /** Seconds since 1970, from 2020 to 2200. */
  moment(value: Value): number {
    if (typeof value !== "number" || value < EARLIEST_SECOND || value >= LATEST_SECOND) throw this.unexpected();
    return value;
  }

  unexpected(): Error {
    return malformed(this.subject, "list_content_malformed");
  }
}
