import { beforeEach, describe, expect, test } from "vitest";
import { fromBase64url, readVectors } from "../testing/readVectors.ts";
import { ListUnavailableError } from "./fetchList.ts";
import { ListKeeper } from "./listKeeper.ts";
import type { KeptList, ListShelf } from "./listShelf.ts";

interface CapsuleVector {
  readonly now: string;
  readonly anchor: string;
  readonly trust_list: string;
  readonly registry: string;
  readonly status_list: string;
}

const GENUINE = readVectors<CapsuleVector>("capsule").find(([name]) => name === "genuine_primary")?.[1];
if (!GENUINE) throw new Error("the vector is missing");
const VECTOR = GENUINE;
const YEAR = "2025-2026";
const NEVER = new AbortController().signal;

class MemoryShelf implements ListShelf {
  readonly lists = new Map<string, KeptList>();
  async load(subject: string) {
    return this.lists.get(subject);
  }
  async keep(subject: string, list: KeptList) {
    this.lists.set(subject, list);
  }
  async clear() {
    this.lists.clear();
  }
}

/** The service's lists, with a switch for the network. */
class ListServer {
  readonly lists = new Map<string, Uint8Array>([
    ["trust-list", fromBase64url(VECTOR.trust_list)],
    ["school-registry", fromBase64url(VECTOR.registry)],
    [`status-list/${YEAR}`, fromBase64url(VECTOR.status_list)],
  ]);
  readonly asked: string[] = [];
  reachable = true;

  readonly fetchList = async (_signal: AbortSignal, subject: string): Promise<Uint8Array> => {
    this.asked.push(subject);
    if (!this.reachable) throw new ListUnavailableError(false);
    const bytes = this.lists.get(subject);
    if (!bytes) throw new ListUnavailableError(true);
    return bytes;
  };
}

let shelf: MemoryShelf;
let server: ListServer;
let now: Date;

beforeEach(() => {
  shelf = new MemoryShelf();
  server = new ListServer();
  now = new Date(VECTOR.now);
});

function newKeeper(expectedTrustAnchor = VECTOR.anchor): ListKeeper {
  return new ListKeeper({ expectedTrustAnchor, shelf, fetchList: server.fetchList, clock: () => now });
}

describe("with a network", () => {
  test("lists are fetched, verified and kept with their sequence numbers", async () => {
    const keeper = newKeeper();
    expect((await keeper.registry(NEVER))?.names.get("99000401")).toBe("Trường Tiểu học Hoa Mai");
    expect((await keeper.status(NEVER, YEAR))?.schoolYear).toBe(YEAR);
    expect(keeper.offline).toBe(false);
    expect([...shelf.lists].map(([subject, list]) => [subject, list.sequence])).toEqual([
      ["trust-list", 7],
      ["school-registry", 7],
      [`status-list/${YEAR}`, 7],
    ]);
  });

  test("a list is asked for once in five minutes, by however many", async () => {
    const keeper = newKeeper();
    await Promise.all([keeper.registry(NEVER), keeper.status(NEVER, YEAR), keeper.trust(NEVER)]);
    await keeper.status(NEVER, YEAR);
    expect(server.asked.sort()).toEqual(["school-registry", `status-list/${YEAR}`, "trust-list"]);
    now = new Date(now.getTime() + 5 * 60 * 1000);
    await keeper.trust(NEVER);
    expect(server.asked).toHaveLength(4);
  });

  test("a list older than one seen before is refused, and the kept one stays", async () => {
    await newKeeper().trust(NEVER);
    const kept = shelf.lists.get("trust-list");
    shelf.lists.set("trust-list", { bytes: kept?.bytes ?? new Uint8Array(), sequence: 8 });
    expect(await newKeeper().trust(NEVER)).toBeUndefined();
    expect(shelf.lists.get("trust-list")?.sequence).toBe(8);
  });

  test("a list that was tampered with is as good as none: the kept one is used", async () => {
    await newKeeper().status(NEVER, YEAR);
    const altered = fromBase64url(VECTOR.status_list);
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    server.lists.set(`status-list/${YEAR}`, altered);
    const keeper = newKeeper();
    expect((await keeper.status(NEVER, YEAR))?.header.sequence).toBe(7);
    expect(shelf.lists.get(`status-list/${YEAR}`)?.bytes).not.toEqual(altered);
  });

  test("another trust anchor makes every list worthless", async () => {
    const keeper = newKeeper("00".repeat(32));
    expect(await keeper.trust(NEVER)).toBeUndefined();
    expect(await keeper.registry(NEVER)).toBeUndefined();
    expect(shelf.lists.size).toBe(0);
  });
});

describe("without a network", () => {
  test("the kept lists are used, and it says so", async () => {
    await newKeeper().status(NEVER, YEAR);
    server.reachable = false;
    const keeper = newKeeper();
    expect((await keeper.status(NEVER, YEAR))?.schoolYear).toBe(YEAR);
    expect(keeper.offline).toBe(true);
  });

  test("there is nothing on a first visit", async () => {
    server.reachable = false;
    expect(await newKeeper().trust(NEVER)).toBeUndefined();
  });

  test("the server is left alone for a moment after a failure, then asked again", async () => {
    server.reachable = false;
    const keeper = newKeeper();
    await keeper.trust(NEVER);
    await keeper.registry(NEVER);
    expect(server.asked).toEqual(["trust-list"]);
    server.reachable = true;
    now = new Date(now.getTime() + 10_000);
    expect(await keeper.trust(NEVER)).toBeDefined();
  });
});

test("who leaves the page gets an abort, and the next one a list", async () => {
  const keeper = newKeeper();
  const leaving = new AbortController();
  const asked = keeper.trust(leaving.signal);
  leaving.abort();
  await expect(asked).rejects.toThrow("abort");
  expect(await keeper.trust(NEVER)).toBeDefined();
});
