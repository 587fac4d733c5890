import { describe, expect, test } from "vitest";
import { fromBase64url, readVectors } from "../testing/readVectors.ts";
import type { Lists } from "./lists.ts";
import { verifySchoolRegistry } from "./registry.ts";
import { verifyStatusList } from "./status.ts";
import type { Transcript } from "./transcript.ts";
import { verifyTrustList } from "./trust.ts";
import type { Outcome, Verdict } from "./verdict.ts";
import { verifyCapsuleText } from "./verifyCapsuleText.ts";

interface CapsuleVector {
  readonly text: string;
  readonly public_url: string;
  readonly now: string;
  readonly anchor: string;
  readonly trust_list: string | null;
  readonly registry: string | null;
  readonly status_list: string | null;
  readonly school_year_of_status_list: string | null;
  readonly expected: {
    readonly verdict: Outcome;
    readonly codes: readonly string[];
    readonly transcript: Transcript | null;
  };
}

const VECTORS = readVectors<CapsuleVector>("capsule");

async function listsOf(vector: CapsuleVector): Promise<Lists> {
  const now = new Date(vector.now);
  const statuses = new Map();
  if (!vector.trust_list) return { trust: undefined, registry: undefined, statuses };
  const trust = await verifyTrustList(fromBase64url(vector.trust_list), { expectedTrustAnchor: vector.anchor }, now);
  const registry = vector.registry
    ? await verifySchoolRegistry(fromBase64url(vector.registry), { trust }, now)
    : undefined;
  if (vector.status_list && vector.school_year_of_status_list) {
    const expectedSchoolYear = vector.school_year_of_status_list;
    const options = { trust, expectedSchoolYear };
    statuses.set(expectedSchoolYear, await verifyStatusList(fromBase64url(vector.status_list), options, now));
  }
  return { trust, registry, statuses };
}

async function check(vector: CapsuleVector): Promise<Verdict> {
  const lists = await listsOf(vector);
  const expectedOrigins = [vector.public_url];
  return verifyCapsuleText(vector.text, { lists, expectedOrigins }, new Date(vector.now));
}

describe("every vector has its verdict", () => {
  test("and there is one of each", () => {
    const verdicts = new Set(VECTORS.map(([, vector]) => vector.expected.verdict));
    expect([...verdicts].sort()).toEqual(
      ["altered", "genuine", "revoked", "superseded", "undetermined", "unreadable", "untrusted"].sort(),
    );
  });

  test.each(VECTORS)("%s", async (_name, vector) => {
    const { expected } = vector;
    const verdict = await check(vector);
    expect(verdict.verdict).toBe(expected.verdict);
    const codes = [...verdict.intact.codes, ...verdict.issuer.codes, ...verdict.status.codes];
    expect(codes).toEqual(expect.arrayContaining([...expected.codes]));
    if (expected.transcript === null) expect(verdict.record).toBeNull();
    else expect(verdict.record).toMatchObject({ ...expected.transcript });
  });
});

describe("a genuine capsule with one bit flipped anywhere", () => {
  const genuine = VECTORS.find(([name]) => name === "genuine_lower_secondary")?.[1];

  test("is never genuine and shows nothing", async () => {
    if (!genuine) throw new Error("the vector is missing");
    const lists = await listsOf(genuine);
    const now = new Date(genuine.now);
    const [address, digits = ""] = genuine.text.split("#");
    const packed = BigInt(digits);
    for (let bit = 0n; bit < BigInt(packed.toString(2).length) - 8n; bit += 1n) {
      const text = `${address}#${packed ^ (1n << bit)}`;
      const verdict = await verifyCapsuleText(text, { lists }, now);
      expect(["altered", "untrusted", "unreadable"]).toContain(verdict.verdict);
      expect(verdict.record).toBeNull();
    }
  });
});
