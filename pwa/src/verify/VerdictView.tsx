import { useEffect, useRef } from "preact/hooks";
import { Loading } from "../app/Loading.tsx";
import { ResultList } from "../card/ResultList.tsx";
import { SignatureList } from "../card/SignatureList.tsx";
import { formatAge } from "../format/formatAge.ts";
import { formatDate } from "../format/formatDate.ts";
import { formatInstant } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";
import { groupedFingerprint } from "./groupedFingerprint.ts";
import type { CheckedBy } from "./judge.ts";
import { PrintedCheck } from "./printed/PrintedCheck.tsx";
import { RecordView } from "./RecordView.tsx";
import { ThreeLines } from "./ThreeLines.tsx";
import type { TrustAnchor } from "./trustAnchor.ts";
import { useSentences } from "./useSentences.ts";
import { VerdictIcon } from "./VerdictIcon.tsx";
import type { Verdict } from "./verdict.ts";
import { useVerifyWords } from "./words/useVerifyWords.ts";

interface VerdictViewProps {
  readonly verdict: Verdict;
  readonly checkedBy: CheckedBy;
  readonly anchor: TrustAnchor | undefined;
  /** What the button says that leaves this view: the next check, or the list that it was opened from. */
  readonly leaveLabel: string;
  readonly onLeave: () => void;
}

/** A verdict in words, colour and shape, what it rests on, and what was signed. */
export function VerdictView({ verdict, checkedBy, anchor, leaveLabel, onLeave }: VerdictViewProps) {
  const words = useVerifyWords();
  const heading = useRef<HTMLHeadingElement>(null);
  const sentence = useSentences();

  const ready = sentence !== undefined;
  useEffect(() => {
    if (ready) heading.current?.focus();
  }, [ready]);

  if (!sentence) return <Loading />;

  const fromCode = verdict.input_kind === "capsule" || verdict.input_kind === "photo";
  return (
    <div class="verdict-view">
      <div class="no-print">
        <div class={`verdict ${verdict.verdict}`}>
          <VerdictIcon outcome={verdict.verdict} />
          <div>
            <h1 ref={heading} tabIndex={-1}>
              {sentence(`verdict_${verdict.verdict}`)}
            </h1>
            {verdict.record && (
              <p class="verdict-pupil">
                {verdict.record.name}, {formatDate(verdict.record.date_of_birth)}
              </p>
            )}
            <p>{sentence(`verdict_${verdict.verdict}_next`)}</p>
          </div>
        </div>
        <ThreeLines verdict={verdict} sentence={sentence} />
        <CheckedLine verdict={verdict} checkedBy={checkedBy} />
        {verdict.record ? (
          <>
            <RecordView record={verdict.record} fromCode={fromCode} />
            <p class="certified">{words.certified}</p>
          </>
        ) : (
          <p class="nothing-shown">{words.nothingShown}</p>
        )}
        {verdict.signatures.length > 0 && !fromCode && (
          <>
            <h2>{words.signatures}</h2>
            <SignatureList signatures={verdict.signatures} />
          </>
        )}
        <div class="row">
          <button type="button" class="button" onClick={onLeave}>
            {leaveLabel}
          </button>
          <button type="button" class="button quiet" onClick={() => window.print()}>
            {words.print}
          </button>
        </div>
        <details>
          <summary>{words.details}</summary>
          <ResultList rows={technicalRows()} />
        </details>
      </div>
      <PrintedCheck verdict={verdict} checkedBy={checkedBy} anchor={anchor} />
    </div>
  );

  function technicalRows(): readonly (readonly [string, string | null | undefined])[] {
    const lines = [verdict.intact, verdict.issuer, verdict.status];
    return [
      [words.verdictWord, [verdict.verdict, ...lines.flatMap((line) => line.codes)].join(", ")],
      [words.keyId, verdict.issuer.kid],
      [words.anchor, anchor && groupedFingerprint(anchor.thumbprint)],
      ...verdict.signatures.map(
        (signature) =>
          [
            `${signature.role}, ${signature.level}`,
            [signature.indication, signature.sub_indication].filter(Boolean).join(" / "),
          ] as const,
      ),
    ];
  }
}

/** Where and when it was checked, and how old the lists were that decided. */
function CheckedLine({ verdict, checkedBy }: { readonly verdict: Verdict; readonly checkedBy: CheckedBy }) {
  const text = useText();
  const words = useVerifyWords();
  const places = {
    device: words.checkedHere,
    "device-offline": words.checkedOffline,
    server: words.checkedServer,
  } as const;
  const { status_age_seconds: status, trust_age_seconds: trust } = verdict.lists;
  return (
    <p class="small checked">
      {places[checkedBy]} {words.checkedAt(formatInstant(verdict.checked_at))}.{" "}
      {status !== null && words.statusListAge(formatAge(status, text))}{" "}
      {trust !== null && words.trustListAge(formatAge(trust, text))}
    </p>
  );
}
