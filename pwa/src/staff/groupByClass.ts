import type { ListedCard } from "../api/staffTypes.ts";

export interface ClassOfCards {
  readonly name: string;
  readonly cards: readonly ListedCard[];
}

/** Cards class by class: 2A before 10A, and cards in the order in which they came. */
export function groupByClass(cards: readonly ListedCard[]): readonly ClassOfCards[] {
  const classes = new Map<string, ListedCard[]>();
  for (const card of cards) {
    const found = classes.get(card.class_group);
    if (found) found.push(card);
    else classes.set(card.class_group, [card]);
  }
  return [...classes]
    .map(([name, found]) => ({ name, cards: found }))
    .sort((a, b) => a.name.localeCompare(b.name, "vi", { numeric: true }));
}
