import { describe, expect, it } from "vitest";
import { noteServerTime, serverTimeIfApart } from "./serverClock.ts";

const SERVER = Date.parse("2026-06-01T08:00:00Z");
const DATE = new Date(SERVER).toUTCString();
const MINUTE = 60_000;

describe("the server's clock", () => {
  it("agrees with a clock that is a few minutes off", () => {
    noteServerTime(DATE, SERVER + 4 * MINUTE);
    expect(serverTimeIfApart(SERVER + 4 * MINUTE)).toBeUndefined();
  });

  it("tells the right time to a clock that is a day late", () => {
    const day = 24 * 60 * MINUTE;
    noteServerTime(DATE, SERVER - day);
    expect(serverTimeIfApart(SERVER - day + MINUTE)).toBe(SERVER + MINUTE);
  });

  it("is not believed when an answer carries no date, or one that is none", () => {
    noteServerTime(DATE, SERVER);
    noteServerTime(null, SERVER + 60 * MINUTE);
    noteServerTime("yesterday", SERVER + 60 * MINUTE);
    expect(serverTimeIfApart(SERVER)).toBeUndefined();
  });
});
