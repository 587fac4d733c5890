import { expect, it, vi } from "vitest";
import { ApiError } from "./problem.ts";
import { noteSessionEnd, onSessionEnd } from "./sessionEnd.ts";

const ended = new ApiError("session_ended", 401, undefined, undefined);

it("is heard from the parents' part of the API, and from nowhere else", () => {
  const heard = vi.fn();
  onSessionEnd(heard);
  noteSessionEnd("/api/staff/me", ended);
  noteSessionEnd("/api/access/login/finish", new ApiError("login_refused", 401, undefined, undefined));
  expect(heard).not.toHaveBeenCalled();
  noteSessionEnd("/api/me", ended);
  expect(heard).toHaveBeenCalledOnce();
});
