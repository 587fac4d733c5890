import { expect, test } from "vitest";
import { PARENTS, STAFF } from "./door.ts";

const ID = "0b3c7a52-4c0e-4b6f-9a44-0f5f1f2b6c11";

test.each([
  [PARENTS, `/hoc-ba/${ID}`],
  [PARENTS, `/yeu-cau?hoc-ba=${ID}&muc=To%C3%A1n+h%E1%BB%8Dc`],
  [STAFF, `/truong/ky/${ID}`],
  [STAFF, `/truong/ky/${ID}/${ID}`],
  [STAFF, `/truong/luot-ky/${ID}`],
  [STAFF, "/truong/can-bo/99010001"],
] as const)("%o may lead back to %s", (door, page) => {
  expect(door.pages.test(page)).toBe(true);
});

test.each([
  [PARENTS, `/truong/ky/${ID}`],
  [PARENTS, "/yeu-cau?https://evil.example"],
  [PARENTS, "//evil.example/yeu-cau?hoc-ba=1"],
  [STAFF, `/hoc-ba/${ID}`],
  [STAFF, `//evil.example/truong/ky/${ID}`],
  [STAFF, `/truong/ky/${ID}/../../../v`],
  [STAFF, "https://evil.example/truong"],
] as const)("%o never leads to %s", (door, page) => {
  expect(door.pages.test(page)).toBe(false);
});
