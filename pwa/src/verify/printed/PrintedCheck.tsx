import { formatAge } from "../../format/formatAge.ts";
import { formatDate } from "../../format/formatDate.ts";
import { formatDay, formatInstant } from "../../format/formatInstant.ts";
import { groupedFingerprint } from "../groupedFingerprint.ts";
import type { CheckedBy } from "../judge.ts";
import type { ShownRecord } from "../transcript.ts";
import type { TrustAnchor } from "../trustAnchor.ts";
import { VerdictIcon } from "../VerdictIcon.tsx";
import type { Answer, LineName, Verdict } from "../verdict.ts";
import { Both } from "./Both.tsx";
import { PrintedMarks } from "./PrintedMarks.tsx";
import { type BothLanguages, type Tongue, useBothLanguages } from "./useBothLanguages.ts";
import "../../style/printed-check.css";

interface PrintedCheckProps {
  readonly verdict: Verdict;
  readonly checkedBy: CheckedBy;
  readonly anchor: TrustAnchor | undefined;
}

const LINES: readonly LineName[] = ["intact", "issuer", "status"];
const MARKS: Readonly<Record<Answer, string>> = { yes: "✓", no: "✗", unknown: "?" };
const PLACES = { device: "checkedHere", "device-offline": "checkedOffline", server: "checkedServer" } as const;

/** The check on one sheet A4 for the pupil's file: only printed, never on screen. */
export function PrintedCheck({ verdict, checkedBy, anchor }: PrintedCheckProps) {
  const languages = useBothLanguages();
  if (!languages) return null;
  const both = (say: (tongue: Tongue) => string) => <Both languages={languages} say={say} />;
  return (
    <div class="printed-check print-only" lang="vi">
      <header>
        <p class="printed-title">{both(({ words }) => words.printed.title)}</p>
        <p>
          {location.origin}/v · {formatInstant(verdict.checked_at)} (GMT+7)
        </p>
      </header>
      <div class="printed-verdict">
        <VerdictIcon outcome={verdict.verdict} />
        <div>
          <p class="printed-word">
            {both(({ sentences }) => sentences[`verdict_${verdict.verdict}`] ?? verdict.verdict)}
          </p>
          <p>{both(({ sentences }) => sentences[`verdict_${verdict.verdict}_next`] ?? "")}</p>
        </div>
      </div>
      <PrintedLines verdict={verdict} languages={languages} />
      {verdict.record ? (
        <>
          <Identity record={verdict.record} languages={languages} />
          <PrintedMarks record={verdict.record} languages={languages} />
        </>
      ) : (
        <p>{both(({ words }) => words.nothingShown)}</p>
      )}
      <footer>
        <p>
          {both(({ words }) => words.printed.by)}: {both(({ words }) => words[PLACES[checkedBy]])}.{" "}
          {both(({ words, text }) => listAges(verdict, words, text))}
        </p>
        {anchor && (
          <p>
            {both(({ words }) => words.anchor)}: <code>{groupedFingerprint(anchor.thumbprint)}</code>
          </p>
        )}
        <p>{both(({ words }) => words.printed.note)}</p>
      </footer>
    </div>
  );
}

function listAges({ lists }: Verdict, words: Tongue["words"], text: Tongue["text"]): string {
  const { status_age_seconds: status, trust_age_seconds: trust } = lists;
  return [
    status === null ? words.noStatusList : words.statusListAge(formatAge(status, text)),
    trust === null ? words.noTrustList : words.trustListAge(formatAge(trust, text)),
  ].join(" ");
}

interface LinesProps {
  readonly verdict: Verdict;
  readonly languages: BothLanguages;
}

function PrintedLines({ verdict, languages }: LinesProps) {
  return (
    <table class="printed-lines">
      <tbody>
        {LINES.map((name) => {
          const { answer, codes } = verdict[name];
          const issuer = name === "issuer" && answer === "yes" ? verdict.issuer.name : null;
          return (
            <tr key={name}>
              <td class="printed-mark">{MARKS[answer]}</td>
              <th scope="row" class="printed-line-name">
                <Both languages={languages} say={({ sentences }) => sentences[`line_${name}`] ?? name} />
              </th>
              <td>
                <strong>
                  {issuer ?? (
                    <Both languages={languages} say={({ sentences }) => sentences[`answer_${answer}`] ?? ""} />
                  )}
                </strong>
                {codes.map((code) => (
                  <p key={code}>
                    <Both languages={languages} say={({ sentences }) => sentences[code] ?? code} />
                  </p>
                ))}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface IdentityProps {
  readonly record: ShownRecord;
  readonly languages: BothLanguages;
}

function Identity({ record, languages }: IdentityProps) {
  const rows: readonly (readonly [keyof Tongue["text"]["card"] & string, string | number | null])[] = [
    ["name", record.name],
    ["dateOfBirth", formatDate(record.date_of_birth)],
    ["school", record.school_name],
    ["schoolCode", record.school_code],
    ["schoolYear", record.school_year],
    ["classGroup", record.class_group],
    ["regulation", record.regulation],
    ["issuedAt", record.issued_at && formatDay(record.issued_at)],
    ["recordId", record.record_id],
  ];
  return (
    <dl class="printed-identity">
      {rows.map(([key, value]) => (
        <div key={key}>
          <dt>
            <Both languages={languages} say={({ text }) => String(text.card[key])} />
          </dt>
          <dd>{value ?? "–"}</dd>
        </div>
      ))}
    </dl>
  );
}
