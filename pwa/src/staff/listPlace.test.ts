import { beforeEach, expect, test } from "vitest";
import { listedCard } from "../testing/listedCards.ts";
import { forgetPlaces, neighboursOf, openedCard, rememberOpened, rememberOrder } from "./listPlace.ts";

beforeEach(forgetPlaces);

test("cards follow one another as on the screen: ready ones by class, then the others", () => {
  rememberOrder("list", [
    listedCard("tenth", { class_group: "10A" }),
    listedCard("waits", { class_group: "2A", selectable: false }),
    listedCard("second", { class_group: "2A" }),
  ]);
  expect(neighboursOf("list", "second")).toEqual({ position: 1, all: 3, previous: undefined, next: "tenth" });
  expect(neighboursOf("list", "tenth")).toEqual({ position: 2, all: 3, previous: "second", next: "waits" });
  expect(neighboursOf("list", "waits")).toEqual({ position: 3, all: 3, previous: "tenth", next: undefined });
});

test("a card of a list that was not on the screen has no neighbours", () => {
  rememberOrder("list", [listedCard("a")]);
  expect(neighboursOf("other", "a")).toBeUndefined();
  expect(neighboursOf("list", "b")).toBeUndefined();
});

test("the card read last is remembered for its own list", () => {
  rememberOpened("list", "a");
  expect(openedCard("list")).toBe("a");
  expect(openedCard("other")).toBeUndefined();
});
