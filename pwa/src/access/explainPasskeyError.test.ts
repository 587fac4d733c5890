import { WebAuthnError } from "@simplewebauthn/browser";
import { expect, test } from "vitest";
import { explainPasskeyError } from "./explainPasskeyError.ts";

function wrapped(name: string): WebAuthnError {
  const cause = new Error("from the browser");
  cause.name = name;
  return new WebAuthnError({ message: "wrapped", code: "ERROR_PASSTHROUGH_SEE_CAUSE_PROPERTY", cause });
}

test.each([
  ["NotAllowedError", "cancelled"],
  ["AbortError", "cancelled"],
  ["InvalidStateError", "already_registered"],
  ["SecurityError", "wrong_address"],
  ["ConstraintError", "no_verification"],
  ["NotSupportedError", "unsupported"],
  ["UnknownError", "unknown"],
] as const)("%s is explained as %s", (name, reason) => {
  expect(explainPasskeyError(wrapped(name))).toBe(reason);
});

test("what is no error at all has a sentence too", () => {
  expect(explainPasskeyError(undefined)).toBe("unknown");
});
