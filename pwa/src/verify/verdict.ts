/**
 * From separate findings to one verdict, by the same table as `verifier/verdict.py`.
 *
 * A check notes findings: each has a stable code, belongs to one of three lines and has an effect, or none when it
 * speaks for the card. The first of `VERDICT_ORDER` that is the effect of a finding is the verdict; `genuine` needs a
 * finding on every line and no effect at all, so what was not looked at never counts as proven.
 */
import type { SignatureReport } from "../api/types.ts";
import type { ShownRecord } from "./transcript.ts";

export const VERDICT_ORDER = [
  "unreadable",
  "altered",
  "untrusted",
  "revoked",
  "superseded",
  "undetermined",
  "genuine",
] as const;

export type Outcome = (typeof VERDICT_ORDER)[number];
export type Effect = Exclude<Outcome, "genuine">;
export type LineName = "intact" | "issuer" | "status";
export type Answer = "yes" | "no" | "unknown";

export interface Finding {
  /** Key of its sentence in `verifier/messages`. */
  readonly code: string;
  readonly line: LineName;
  /** The verdict it leads to unless a graver one is found. */
  readonly effect?: Effect;
}

export interface Line {
  readonly answer: Answer;
  readonly codes: readonly string[];
}

/** The JSON of `POST /api/verify`, and what the check in the browser makes as well. */
export interface Verdict {
  readonly verdict: Outcome;
  readonly input_kind: "pdf" | "xml" | "capsule" | "photo" | "unknown";
  readonly record: ShownRecord | null;
  readonly intact: Line;
  readonly issuer: Line & { readonly name: string | null; readonly kid: string | null };
  readonly status: Line;
  readonly signatures: readonly SignatureReport[];
  readonly checked_at: string;
  readonly lists: { readonly trust_age_seconds: number | null; readonly status_age_seconds: number | null };
}

/** What a check has found; the record only once its signature has been verified. */
export interface Facts {
  readonly inputKind: Verdict["input_kind"];
  readonly findings: readonly Finding[];
  readonly record: ShownRecord | null;
  readonly signatures: readonly SignatureReport[];
  readonly issuerName: string | null;
  readonly kid: string | null;
  readonly trustAgeSeconds: number | null;
  readonly statusAgeSeconds: number | null;
}

/** Before anything was looked at. */
export const NO_FACTS: Facts = {
  inputKind: "unknown",
  findings: [],
  record: null,
  signatures: [],
  issuerName: null,
  kid: null,
  trustAgeSeconds: null,
  statusAgeSeconds: null,
};

const LINES: readonly LineName[] = ["intact", "issuer", "status"];

/** A forger's text never appears under our name. */
const SHOWS_NOTHING: ReadonlySet<Outcome> = new Set(["unreadable", "altered", "untrusted"]);

const ANSWER_OF_EFFECT: Readonly<Record<Effect, Answer>> = {
  unreadable: "unknown",
  altered: "no",
  untrusted: "no",
  revoked: "no",
  superseded: "no",
  undetermined: "unknown",
};

export function reachVerdict(facts: Facts, now: Date): Verdict {
  const verdict = outcomeOf(facts.findings);
  const shown = !SHOWS_NOTHING.has(verdict);
  return {
    verdict,
    input_kind: facts.inputKind,
    record: shown ? facts.record : null,
    intact: lineOf("intact", facts.findings),
    issuer: {
      ...lineOf("issuer", facts.findings),
      name: shown ? facts.issuerName : null,
      kid: shown ? facts.kid : null,
    },
    status: lineOf("status", facts.findings),
    signatures: facts.signatures,
    checked_at: now.toISOString(),
    lists: { trust_age_seconds: facts.trustAgeSeconds, status_age_seconds: facts.statusAgeSeconds },
  };
}

function outcomeOf(findings: readonly Finding[]): Outcome {
  const effects = new Set<Outcome | undefined>(findings.map((finding) => finding.effect));
  const gravest = VERDICT_ORDER.find((outcome) => effects.has(outcome));
  if (gravest) return gravest;
  const everyLine = LINES.every((line) => findings.some((finding) => finding.line === line));
  return everyLine ? "genuine" : "undetermined";
}

function lineOf(name: LineName, findings: readonly Finding[]): Line {
  const own = findings.filter((finding) => finding.line === name);
  const answers = new Set(own.map((finding) => (finding.effect ? ANSWER_OF_EFFECT[finding.effect] : "yes")));
  const answer = (["no", "unknown", "yes"] as const).find((candidate) => answers.has(candidate)) ?? "unknown";
  return { answer, codes: own.map((finding) => finding.code) };
}
