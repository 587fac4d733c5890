/**
 * Whether this tab has opened a link. The mark stays with the tab's entry in the history through a reload and goes when
 * the tab is closed, so that the next person at a shared computer does not see the cards by opening this page.
 */
export function isOpenInThisTab(): boolean {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "linkOpened" in state;
}

export function markOpenInThisTab(): void {
  history.replaceState({ linkOpened: true }, "");
}
