/**
 * CBOR with one possible encoding for each value (RFC 8949, section 4.2.1), and the few types our formats use.
 *
 * Integers, byte strings, text, true, false, null, arrays, and maps with integer or text keys. What was decoded is
 * encoded again and compared, so that two readers cannot understand one message differently. The only file that knows
 * the CBOR library.
 */
import { type DecodeOptions, decodeFirst, encode, rfc8949EncodeOptions, Tokenizer } from "cborg";
import { equalBytes } from "./bytes.ts";
import { MalformedInputError } from "./errors.ts";

export type Cbor = number | bigint | string | boolean | null | Uint8Array | readonly Cbor[] | CborMap;
export type CborMap = ReadonlyMap<number | string, Cbor>;

/** Our deepest message, the trust list, has 6. */
const MAX_DEPTH = 16;

export function encodeCbor(value: Cbor): Uint8Array<ArrayBuffer> {
  return encode(value, rfc8949EncodeOptions) as Uint8Array<ArrayBuffer>;
}

/**
 * Value of one deterministically encoded message without tags.
 *
 * @throws MalformedInputError `cbor_malformed`, `cbor_type_unexpected`, `cbor_not_deterministic`
 */
export function parseCbor(data: Uint8Array): Cbor {
  const value = load(data);
  checkTypes(value, 0);
  if (!equalBytes(encodeCbor(value), data)) throw new MalformedInputError("cbor_not_deterministic");
  return value;
}

const DECODE_OPTIONS: DecodeOptions = {
  useMaps: true,
  rejectDuplicateMapKeys: true,
  allowIndefinite: false,
  allowBigInt: true,
};

const UNEXPECTED_TYPES: ReadonlySet<string> = new Set(["float", "tag", "undefined"]);

/** Refuses what our formats never hold before it becomes a value that looks like one of ours (4.0 like 4). */
class StrictTokenizer extends Tokenizer {
  override next(): ReturnType<Tokenizer["next"]> {
    const token = super.next();
    if (UNEXPECTED_TYPES.has(token.type.name)) throw new MalformedInputError("cbor_type_unexpected");
    return token;
  }
}

/** The first value; bytes behind it show when the value is encoded again. */
function load(data: Uint8Array): unknown {
  try {
    const [value] = decodeFirst(data, { ...DECODE_OPTIONS, tokenizer: new StrictTokenizer(data, DECODE_OPTIONS) });
    return value;
  } catch (cause) {
    if (cause instanceof MalformedInputError) throw cause;
    // Truncation, indefinite lengths, a key twice, nesting that ends the stack.
    throw new MalformedInputError("cbor_malformed", {}, { cause });
  }
}

function checkTypes(value: unknown, depth: number): asserts value is Cbor {
  if (depth > MAX_DEPTH) throw new MalformedInputError("cbor_too_deep", { limit: MAX_DEPTH });
  if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "bigint") return;
  if (value instanceof Uint8Array || Number.isSafeInteger(value)) return;
  if (Array.isArray(value)) {
    for (const item of value) checkTypes(item, depth + 1);
    return;
  }
  if (!(value instanceof Map)) throw new MalformedInputError("cbor_type_unexpected");
  for (const [key, item] of value) {
    if (typeof key !== "string" && !Number.isSafeInteger(key)) throw new MalformedInputError("cbor_type_unexpected");
    checkTypes(item, depth + 1);
  }
}
