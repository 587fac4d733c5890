import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadSentences } from "./sentences.ts";
import { VERDICT_ORDER } from "./verdict.ts";

const SOURCES = new URL(".", import.meta.url);

/** Codes that this folder's own files write, found where they are written. */
function codesWritten(): string[] {
  const files = readdirSync(SOURCES).filter((name) => name.endsWith(".ts") && !name.includes(".test."));
  const found = files.flatMap((name) => {
    const source = readFileSync(new URL(name, SOURCES), "utf8");
    return [...source.matchAll(/(?:new \w+Error\(|malformed\(\w+, |code: |\? \[)"([a-z0-9_]+)"/g)].map(
      (match) => match[1] ?? "",
    );
  });
  return [...new Set(found)].filter((code) => code !== "unexpected").sort();
}

test("every code of the check in the browser has a sentence in both languages", async () => {
  const codes = codesWritten();
  expect(codes).toContain("capsule_seal_matches");
  expect(codes).toContain("cose_signature_invalid");
  const frame = [
    ...VERDICT_ORDER.flatMap((outcome) => [`verdict_${outcome}`, `verdict_${outcome}_next`]),
    ...["line_intact", "line_issuer", "line_status", "answer_yes", "answer_no", "answer_unknown"],
    ...["card_revoked", "card_superseded"],
  ];
  for (const language of ["vi", "en"] as const) {
    const sentences = await loadSentences(language);
    expect([...codes, ...frame].filter((code) => !sentences[code])).toEqual([]);
  }
});
