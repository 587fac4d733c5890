import { useEffect, useRef } from "preact/hooks";
import { Loading } from "../app/Loading.tsx";
import { ResultList } from "../card/ResultList.tsx";
import { SignatureList } from "../card/SignatureList.tsx";
import { formatAge } from "../format/formatAge.ts";
import { formatInstant } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";
import { RecordView } from "./RecordView.tsx";
import { ThreeLines } from "./ThreeLines.tsx";
import { useSentences } from "./useSentences.ts";
import { VerdictIcon } from "./VerdictIcon.tsx";
import type { Verdict } from "./verdict.ts";

/** Where the check was made, which the reader is told. */
export type CheckedBy = "device" | "device-offline" | "server";

interface VerdictViewProps {
  readonly verdict: Verdict;
  readonly checkedBy: CheckedBy;
  readonly onAgain: () => void;
}

/** A verdict in words, colour and shape, what it rests on, and what was signed. */
export function VerdictView({ verdict, checkedBy, onAgain }: VerdictViewProps) {
  const text = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  const sentence = useSentences();
  const places = {
    device: text.verify.checkedHere,
    "device-offline": text.verify.checkedOffline,
    server: text.verify.checkedServer,
  } as const;

  const ready = sentence !== undefined;
  useEffect(() => {
    if (ready) heading.current?.focus();
  }, [ready]);

  if (!sentence) return <Loading />;

  return (
    <div class="verdict-view">
      <p class="print-only">{text.verify.printTitle(location.host)}</p>
      <div class={`verdict ${verdict.verdict}`}>
        <VerdictIcon outcome={verdict.verdict} />
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {sentence(`verdict_${verdict.verdict}`)}
          </h1>
          <p>{sentence(`verdict_${verdict.verdict}_next`)}</p>
        </div>
      </div>
      <ThreeLines verdict={verdict} sentence={sentence} />
      <p class="small checked">
        {places[checkedBy]} {text.verify.checkedAt(formatInstant(verdict.checked_at))}. {listAges()}
      </p>
      {verdict.record ? (
        <>
          <RecordView record={verdict.record} />
          <p class="certified">{text.verify.certified}</p>
        </>
      ) : (
        <p class="nothing-shown">{text.verify.nothingShown}</p>
      )}
      {verdict.signatures.length > 0 && verdict.input_kind !== "capsule" && (
        <>
          <h2>{text.verify.signatures}</h2>
          <SignatureList signatures={verdict.signatures} />
        </>
      )}
      <div class="row no-print">
        <button type="button" class="button" onClick={onAgain}>
          {text.verify.again}
        </button>
        <button type="button" class="button quiet" onClick={() => window.print()}>
          {text.verify.print}
        </button>
      </div>
      <details class="no-print">
        <summary>{text.verify.details}</summary>
        <ResultList rows={technicalRows()} />
      </details>
    </div>
  );

  function listAges(): string {
    const { status_age_seconds: status, trust_age_seconds: trust } = verdict.lists;
    return [
      status !== null && text.verify.statusListAge(formatAge(status, text)),
      trust !== null && text.verify.trustListAge(formatAge(trust, text)),
    ]
      .filter(Boolean)
      .join(" ");
  }

  function technicalRows(): readonly (readonly [string, string | null])[] {
    const lines = [verdict.intact, verdict.issuer, verdict.status];
    return [
      [text.verify.verdictWord, [verdict.verdict, ...lines.flatMap((line) => line.codes)].join(", ")],
      [text.verify.keyId, verdict.issuer.kid],
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
