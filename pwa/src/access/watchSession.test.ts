import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../api/problem.ts";
import { noteSessionEnd } from "../api/sessionEnd.ts";
import { watchSession } from "./watchSession.ts";

const MINUTE = 60_000;
const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
let leaving: AbortController;
let open: boolean;
const ask = vi.fn(async () => undefined);
const ended = vi.fn();

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", new EventTarget());
  ask.mockClear();
  ended.mockClear();
  open = true;
  leaving = new AbortController();
  watchSession(leaving.signal, { isOpen: async () => open, ask, ended });
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  leaving.abort();
  vi.useRealTimers();
});

async function lookAgain(): Promise<void> {
  page.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
}

it("ends with a logout in another tab, when this one is looked at", async () => {
  open = false;
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(ended).not.toHaveBeenCalled(); // who ended it here, with the account, is still reading
  await lookAgain();
  expect(ended).toHaveBeenCalledOnce();
});

it("ends with whatever answer says that the session is over, until the page is left", () => {
  noteSessionEnd("/api/requests", new ApiError("session_ended", 401, undefined, undefined));
  expect(ended).toHaveBeenCalledOnce();
  leaving.abort();
  noteSessionEnd("/api/requests", new ApiError("session_ended", 401, undefined, undefined));
  expect(ended).toHaveBeenCalledOnce();
});

it("asks whoever comes back after a minute, and not after a glance elsewhere", async () => {
  await vi.advanceTimersByTimeAsync(MINUTE / 2);
  await lookAgain();
  expect(ask).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(MINUTE);
  await lookAgain();
  expect(ask).toHaveBeenCalledOnce();
});

it("does not keep the session of an abandoned phone alive, and finds out when it has to be over", async () => {
  await vi.advanceTimersByTimeAsync(30 * MINUTE);
  expect(ask).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(ask).toHaveBeenCalledOnce();
});

it("can only ask where the browser keeps nothing", async () => {
  leaving.abort();
  open = false;
  leaving = new AbortController();
  watchSession(leaving.signal, { isOpen: async () => open, ask, ended });
  await vi.advanceTimersByTimeAsync(40 * MINUTE);
  await lookAgain();
  expect(ended).not.toHaveBeenCalled();
  expect(ask).toHaveBeenCalled();
});
