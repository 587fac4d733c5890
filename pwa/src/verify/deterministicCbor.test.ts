import { expect, test } from "vitest";
import { fromHex, toHex } from "./bytes.ts";
import { encodeCbor, parseCbor } from "./deterministicCbor.ts";
import { MalformedInputError } from "./errors.ts";

function reasonOf(hex: string): string {
  try {
    parseCbor(fromHex(hex));
  } catch (error) {
    if (error instanceof MalformedInputError) return error.reason;
    throw error;
  }
  return "taken";
}

// The examples are those of RFC 8949, appendix A, and single changes to them.
test.each([
  ["00", "zero"],
  ["1864", "one hundred"],
  ["1bffffffffffffffff", "the largest unsigned integer"],
  ["3903e7", "minus one thousand"],
  ["4401020304", "bytes"],
  ["62c3bc", "ü"],
  ["83010203", "an array"],
  ["a201020304", "a map with integer keys"],
  ["a26161016162820203", "a map with text keys"],
  ["a3010a2001613105", "integer keys before text keys"],
  ["f4", "false"],
  ["f6", "null"],
])("%s (%s) is taken and comes back the same", (hex) => {
  expect(toHex(encodeCbor(parseCbor(fromHex(hex))))).toBe(hex);
});

test.each([
  ["1817", "cbor_not_deterministic", "23 in two bytes"],
  ["190064", "cbor_not_deterministic", "100 in three bytes"],
  ["5803010203", "cbor_not_deterministic", "a length of three in two bytes"],
  ["a203040102", "cbor_not_deterministic", "keys out of order"],
  ["0000", "cbor_not_deterministic", "a byte behind the end"],
  ["62c328", "cbor_not_deterministic", "no UTF-8"],
  ["63efbbbf", "cbor_not_deterministic", "a byte order mark, which decoders drop"],
  ["a201020103", "cbor_malformed", "a key twice"],
  ["9f0102ff", "cbor_malformed", "an array without a length"],
  ["5f41014102ff", "cbor_malformed", "bytes in pieces"],
  ["8201", "cbor_malformed", "an item missing"],
  ["9b00ffffffffffffff", "cbor_malformed", "an absurd length"],
  ["", "cbor_malformed", "nothing"],
  ["f90000", "cbor_type_unexpected", "0.0, which would look like 0"],
  ["f94400", "cbor_type_unexpected", "4.0, which would look like 4"],
  ["fb3ff199999999999a", "cbor_type_unexpected", "1.1"],
  ["f97e00", "cbor_type_unexpected", "NaN"],
  ["f7", "cbor_type_unexpected", "undefined"],
  ["c11a514b67b0", "cbor_type_unexpected", "a tag"],
  ["a1410102", "cbor_type_unexpected", "bytes for a key"],
  [`${"81".repeat(17)}00`, "cbor_too_deep", "17 arrays in each other"],
])("%s is refused as %s: %s", (hex, reason) => {
  expect(reasonOf(hex)).toBe(reason);
});

test("nesting that would end the stack is refused like any other", () => {
  expect(["cbor_malformed", "cbor_too_deep"]).toContain(reasonOf(`${"81".repeat(100_000)}00`));
});
