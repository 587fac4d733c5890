import { expect, test } from "vitest";
import { fromBase64url, readVectors } from "../testing/readVectors.ts";
import { ListError } from "./errors.ts";
import { REGISTRY_SUBJECT, verifySchoolRegistry } from "./registry.ts";
import { isStale, type ListHeader } from "./signedList.ts";
import { verifyStatusList } from "./status.ts";
import { TRUST_SUBJECT, verifyTrustList } from "./trust.ts";

interface ListVector {
  readonly subject: string;
  readonly list: string;
  readonly trust_list: string | null;
  readonly anchor: string;
  readonly stored_sequence: number | null;
  readonly now: string;
  readonly expected:
    | { readonly accepted: true; readonly stale: boolean }
    | { readonly accepted: false; readonly code: string; readonly cause: string | null };
}

const VECTORS = readVectors<ListVector>("lists");

async function verify(vector: ListVector): Promise<ListHeader> {
  const now = new Date(vector.now);
  const expectedTrustAnchor = vector.anchor;
  const storedSequence = vector.stored_sequence ?? undefined;
  const data = fromBase64url(vector.list);
  if (vector.subject === TRUST_SUBJECT) {
    return (await verifyTrustList(data, { expectedTrustAnchor, storedSequence }, now)).header;
  }
  const trust = await verifyTrustList(fromBase64url(vector.trust_list ?? ""), { expectedTrustAnchor }, now);
  if (vector.subject === REGISTRY_SUBJECT) {
    return (await verifySchoolRegistry(data, { trust, storedSequence }, now)).header;
  }
  const expectedSchoolYear = vector.subject.replace("status-list/", "");
  return (await verifyStatusList(data, { trust, expectedSchoolYear, storedSequence }, now)).header;
}

test("there are vectors of both kinds", () => {
  expect(VECTORS.filter(([, vector]) => vector.expected.accepted).length).toBeGreaterThan(5);
  expect(VECTORS.filter(([, vector]) => !vector.expected.accepted).length).toBeGreaterThan(20);
});

test.each(VECTORS)("%s", async (_name, vector) => {
  const { expected } = vector;
  if (expected.accepted) {
    expect(isStale(await verify(vector), new Date(vector.now))).toBe(expected.stale);
    return;
  }
  const error: unknown = await verify(vector).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ListError);
  const { reason, details } = error as ListError;
  expect({ code: reason, cause: details.cause ?? null }).toEqual({ code: expected.code, cause: expected.cause });
});
