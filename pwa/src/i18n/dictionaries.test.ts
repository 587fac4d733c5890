import { expect, test } from "vitest";
import { en as staffEn } from "../staff/words/en.ts";
import { vi as staffVi } from "../staff/words/vi.ts";
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

test("both languages have the same keys", () => {
  expect(leaves(en)).toEqual(leaves(vi));
  expect(leaves(staffEn)).toEqual(leaves(staffVi));
});

test("no sentence is empty, and Vietnamese is written with precomposed letters", () => {
  for (const text of [vi, en, staffVi, staffEn].flatMap(texts)) {
    expect(text.trim()).not.toBe("");
    expect(text).toBe(text.normalize("NFC"));
  }
});
