import type { ListedCard } from "../api/staffTypes.ts";
import { groupByClass } from "./groupByClass.ts";

/**
 * Where the reader is in a list, while this tab is open: in which order its cards stood on the screen, and which was
 * read last, so that one leads to the next and the way back ends at the right row.
 */
const orders = new Map<string, readonly string[]>();
const opened = new Map<string, string>();

export function rememberOrder(roleId: string, cards: readonly ListedCard[]): void {
  orders.set(roleId, orderOnScreen(cards));
}

export function rememberOpened(roleId: string, recordId: string): void {
  opened.set(roleId, recordId);
}

export function openedCard(roleId: string): string | undefined {
  return opened.get(roleId);
}

export interface Neighbours {
  /** From 1. */
  readonly position: number;
  readonly all: number;
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

/** The cards before and after this one; undefined when the list was not on the screen in this tab. */
export function neighboursOf(roleId: string, recordId: string): Neighbours | undefined {
  const order = orders.get(roleId) ?? [];
  const index = order.indexOf(recordId);
  if (index < 0) return undefined;
  return { position: index + 1, all: order.length, previous: order[index - 1], next: order[index + 1] };
}

/** With the end of the session nothing of it stays. */
export function forgetPlaces(): void {
  orders.clear();
  opened.clear();
}

/** First what can be signed, class by class, then the rest, class by class. */
function orderOnScreen(cards: readonly ListedCard[]): readonly string[] {
  const ready = groupByClass(cards.filter((card) => card.selectable));
  const notReady = groupByClass(cards.filter((card) => !card.selectable));
  return [...ready, ...notReady].flatMap((group) => group.cards.map((card) => card.record_id));
}
