/** As long as a passkey's challenge lives: a clock that is less wrong than this harms nothing. */
const TOLERATED_MS = 5 * 60_000;

let aheadMs = 0;

/** Takes the `Date` of an answer of the server (RFC 9110, 6.6.1); kept answers of the browser carry an old one. */
export function noteServerTime(date: string | null, now: number): void {
  const server = date === null ? Number.NaN : Date.parse(date);
  if (!Number.isNaN(server)) aheadMs = now - server;
}

/** What the server's clock shows while this device's is wrong; undefined while both agree well enough. */
export function serverTimeIfApart(now: number): number | undefined {
  return Math.abs(aheadMs) > TOLERATED_MS ? now - aheadMs : undefined;
}
