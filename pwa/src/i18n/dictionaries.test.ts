/// <reference types="vite/client" />
import { expect, test } from "vitest";
import { en } from "./en.ts";
import { vi } from "./vi.ts";

/** "card.title: function" for every leaf, so that keys, kinds and lengths of lists are compared at once. */
function leaves(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return [`${path}: ${value.length} texts`, ...value.flatMap((item) => leaves(item, path))];
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => leaves(item, path ? `${path}.${key}` : key));
  }
  return [`${path}: ${typeof value}`];
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** Each room's own words, by the file's path. */
const ROOMS = import.meta.glob<Record<string, unknown>>("../*/words/{vi,en}.ts", { eager: true });

function wordsOf(path: string): unknown {
  const language = path.endsWith("/vi.ts") ? "vi" : "en";
  return ROOMS[path]?.[language];
}

test("both languages have the same keys, in every room", () => {
  expect(leaves(en)).toEqual(leaves(vi));
  const vietnamese = Object.keys(ROOMS).filter((path) => path.endsWith("/vi.ts"));
  expect(vietnamese.length).toBeGreaterThan(3);
  for (const path of vietnamese) {
    expect(leaves(wordsOf(path)), path).not.toEqual([": undefined"]);
    expect(leaves(wordsOf(path.replace("/vi.ts", "/en.ts"))), path).toEqual(leaves(wordsOf(path)));
  }
});

test("no sentence is empty, and Vietnamese is written with precomposed letters", () => {
  for (const text of [vi, en, ...Object.keys(ROOMS).map(wordsOf)].flatMap(texts)) {
    expect(text.trim()).not.toBe("");
    expect(text).toBe(text.normalize("NFC"));
  }
});
