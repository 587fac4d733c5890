import { expect, test } from "vitest";
import { listedCard } from "../testing/listedCards.ts";
import { groupByClass } from "./groupByClass.ts";

test("classes are ordered as people count, and cards stay as they came", () => {
  const cards = [
    listedCard("1", { class_group: "10A" }),
    listedCard("2", { class_group: "2B" }),
    listedCard("3", { class_group: "2A" }),
    listedCard("4", { class_group: "10A" }),
  ];
  const shown = groupByClass(cards).map((group) => [group.name, group.cards.map((card) => card.record_id)]);
  expect(shown).toEqual([
    ["2A", ["3"]],
    ["2B", ["2"]],
    ["10A", ["1", "4"]],
  ]);
});

test("no cards, no classes", () => {
  expect(groupByClass([])).toEqual([]);
});
