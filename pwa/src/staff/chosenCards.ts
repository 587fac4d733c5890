import type { ListedCard } from "../api/staffTypes.ts";

/** Record ids of cards chosen to be signed, each with the digest of what was on the screen when it was chosen. */
export type Chosen = ReadonlyMap<string, string>;

/** What was chosen, list by list, while this tab is open: it must outlive the reading of a single card. */
const chosenByList = new Map<string, Chosen>();

export function recallChosen(roleId: string): Chosen {
  return chosenByList.get(roleId) ?? new Map();
}

export function rememberChosen(roleId: string, chosen: Chosen): void {
  chosenByList.set(roleId, chosen);
}

/** With the end of the session nothing of it stays. */
export function forgetChosen(): void {
  chosenByList.clear();
}

/** What is still chosen of a list: a card that can be signed no more, or says something else now, has to be chosen anew. */
export function stillChosen(chosen: Chosen, cards: readonly ListedCard[]): Chosen {
  return new Map(choices(cards).filter(([recordId, digest]) => chosen.get(recordId) === digest));
}

/** The choice with these cards put in or taken out; what cannot be signed is never put in. */
export function choose(chosen: Chosen, cards: readonly ListedCard[], wanted: boolean): Chosen {
  const next = new Map(chosen);
  for (const [recordId, digest] of choices(cards)) {
    if (wanted) next.set(recordId, digest);
    else next.delete(recordId);
  }
  return next;
}

/** How many of these cards are chosen. */
export function countChosen(chosen: Chosen, cards: readonly ListedCard[]): number {
  return cards.filter((card) => chosen.has(card.record_id)).length;
}

function choices(cards: readonly ListedCard[]): [string, string][] {
  return cards.flatMap((card): [string, string][] =>
    card.selectable && card.xml_sha256 !== null ? [[card.record_id, card.xml_sha256]] : [],
  );
}
