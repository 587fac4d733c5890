import { expect, test } from "vitest";
import { listedCard } from "../testing/listedCards.ts";
import {
  type Chosen,
  choose,
  countChosen,
  forgetChosen,
  recallChosen,
  rememberChosen,
  stillChosen,
} from "./chosenCards.ts";

const NOTHING: Chosen = new Map();
const READY = [listedCard("a"), listedCard("b")];

test("a card is chosen with the digest of what was on the screen", () => {
  expect([...choose(NOTHING, READY, true)]).toEqual([
    ["a", "digest of a"],
    ["b", "digest of b"],
  ]);
});

test("taking out one leaves the others chosen", () => {
  const chosen = choose(choose(NOTHING, READY, true), [listedCard("a")], false);
  expect([...chosen.keys()]).toEqual(["b"]);
});

test("what cannot be signed is never chosen", () => {
  const blocked = [listedCard("a", { selectable: false }), listedCard("b", { xml_sha256: null })];
  expect(choose(NOTHING, blocked, true).size).toBe(0);
});

test("a card that says something else now has to be chosen anew", () => {
  const chosen = choose(NOTHING, READY, true);
  const now = [listedCard("a", { xml_sha256: "another digest" }), listedCard("b")];
  expect([...stillChosen(chosen, now).keys()]).toEqual(["b"]);
});

test("a card that can be signed no more is not chosen any more", () => {
  const chosen = choose(NOTHING, READY, true);
  expect([...stillChosen(chosen, [listedCard("a", { selectable: false })]).keys()]).toEqual([]);
});

test("only the chosen ones of a class are counted", () => {
  expect(countChosen(choose(NOTHING, [listedCard("a")], true), READY)).toBe(1);
});

test("each list keeps its own choice, until the session ends", () => {
  rememberChosen("teacher", choose(NOTHING, READY, true));
  expect(recallChosen("teacher").size).toBe(2);
  expect(recallChosen("manager").size).toBe(0);
  forgetChosen();
  expect(recallChosen("teacher").size).toBe(0);
});
