import { beforeEach, describe, expect, it } from "vitest";
import { Readings } from "./readings.ts";
import type { Shelf } from "./shelf.ts";

const HOUR = 3_600_000;
const CARD = "/api/cards/5f0c7a4e-93a4-4d3b-9a53-0a6f0f3f1c11";
const OTHER = "/api/cards/9d3c7a4e-93a4-4d3b-9a53-0a6f0f3f1c22";
const RECORD = { record: { name: "Nguyễn Thị Mẫu" } };

/** A shelf in memory that lets the test look at what lies on it. */
class MemoryShelf implements Shelf {
  readonly things = new Map<string, unknown>();

  async load<T>(name: string): Promise<T | undefined> {
    return this.things.get(name) as T | undefined;
  }

  async keep(name: string, value: unknown): Promise<void> {
    this.things.set(name, value);
  }

  async remove(name: string): Promise<void> {
    this.things.delete(name);
  }

  async names(): Promise<readonly string[]> {
    return [...this.things.keys()];
  }

  async clear(): Promise<void> {
    this.things.clear();
  }
}

let shelf: MemoryShelf;
let now: number;
let readings: Readings;

beforeEach(async () => {
  shelf = new MemoryShelf();
  now = Date.parse("2026-06-01T08:00:00Z");
  readings = new Readings(shelf, () => now);
  await readings.begin(now + 12 * HOUR);
});

describe("what was read in a session", () => {
  it("can be read again, with the time at which the server said it", async () => {
    await readings.keep(CARD, RECORD);
    const readAt = now;
    now += HOUR;
    expect(await readings.recall(CARD)).toEqual({ value: RECORD, readAt });
    expect(await readings.recall(OTHER)).toBeUndefined();
  });

  it("lies on the device sealed, under a name that says nothing", async () => {
    await readings.keep(CARD, RECORD);
    const lying = [...shelf.things].flatMap(([name, thing]) => [name, readable(thing)]).join(" ");
    expect(lying).not.toContain("Mẫu");
    expect(lying).not.toContain("5f0c7a4e");
  });

  it("has a key that no script can take out", async () => {
    const { key } = (await shelf.load<{ key: CryptoKey }>("session")) ?? {};
    expect(key?.extractable).toBe(false);
  });

  it("goes with the session, key included", async () => {
    await readings.keep(CARD, RECORD);
    await readings.end();
    expect(shelf.things.size).toBe(0);
    expect(await readings.isOpen()).toBe(false);
  });

  it("goes when the session's end has passed", async () => {
    await readings.keep(CARD, RECORD);
    now += 12 * HOUR - 1;
    expect(await readings.isOpen()).toBe(true);
    now += 1;
    expect(await readings.recall(CARD)).toBeUndefined();
    expect(shelf.things.size).toBe(0);
  });

  it("goes when the clock was set back, which would make the session longer", async () => {
    await readings.keep(CARD, RECORD);
    now += HOUR;
    await readings.isOpen();
    now -= 4 * 60_000;
    expect(await readings.isOpen()).toBe(true);
    now -= 2 * 60_000;
    expect(await readings.isOpen()).toBe(false);
    expect(shelf.things.size).toBe(0);
  });

  it("goes when another session begins", async () => {
    await readings.keep(CARD, RECORD);
    await readings.begin(now + HOUR);
    expect(await readings.recall(CARD)).toBeUndefined();
  });

  it("cannot be read with another session's key, or under another address", async () => {
    await readings.keep(CARD, RECORD);
    const [name] = [...shelf.things.keys()].filter((key) => key.startsWith("reading:"));
    const sealed = await shelf.load(String(name));
    await readings.keep(OTHER, RECORD);
    const [other] = [...shelf.things.keys()].filter((key) => key.startsWith("reading:") && key !== name);
    await shelf.keep(String(other), sealed);
    expect(await readings.recall(OTHER)).toBeUndefined();
    await readings.begin(now + HOUR);
    await shelf.keep(String(name), sealed);
    expect(await readings.recall(CARD)).toBeUndefined();
    expect(await shelf.names()).not.toContain(name);
  });

  it("goes one by one when the reader may no longer see it", async () => {
    await readings.keep(CARD, RECORD);
    await readings.keep(OTHER, RECORD);
    await readings.forgetAllBut([OTHER]);
    expect(await readings.recall(CARD)).toBeUndefined();
    expect(await readings.recall(OTHER)).toBeDefined();
    await readings.forget(OTHER);
    expect(await readings.recall(OTHER)).toBeUndefined();
    expect(await readings.isOpen()).toBe(true);
  });
});

it("keeps nothing without a session", async () => {
  await readings.end();
  await readings.keep(CARD, RECORD);
  expect(shelf.things.size).toBe(0);
});

it("does not bring a key back when a session ends while something is being read", async () => {
  const reading = readings.recall(CARD);
  await Promise.all([readings.end(), reading]);
  expect(shelf.things.has("session")).toBe(false);
});

function readable(thing: unknown): string {
  if (typeof thing !== "object" || thing === null || !("bytes" in thing)) return JSON.stringify(thing);
  return new TextDecoder().decode(thing.bytes as ArrayBuffer);
}
