/** Where the API has a card; the same text is the name under which it is kept for reading offline. */
export function cardAddress(recordId: string): string {
  return `/api/cards/${encodeURIComponent(recordId)}`;
}
