import type { CardRecord, Explanation } from "../api/types.ts";
import { useLanguage } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { type WhyResult, whyGroups } from "./whyGroups.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface WhyResultsProps {
  readonly record: CardRecord;
  readonly explanations: readonly Explanation[];
}

/** The rule behind each result, and what kept the better one away: one tap each, closed at first. */
export function WhyResults({ record, explanations }: WhyResultsProps) {
  const { text } = useLanguage();
  const words = useWords({ vi, en });
  const groups = whyGroups(record, explanations, text, words);
  if (groups.length === 0) return null;
  return (
    <section class="why no-print">
      <h2>{words.why.title}</h2>
      <p class="small">{words.why.lead}</p>
      {groups.map((group) => (
        <details key={group.title}>
          <summary>{group.title}</summary>
          {group.results.map((result) => (
            <Reasons key={result.field} result={result} />
          ))}
          <p class="small ask">
            <a href={askAbout(record.transcript.record_id, group.title)}>{words.why.ask}</a>
          </p>
        </details>
      ))}
    </section>
  );
}

/** The page of requests, with the card and what is asked about filled in. */
function askAbout(recordId: string, what: string): string {
  return `/yeu-cau?${new URLSearchParams({ "hoc-ba": recordId, muc: what })}`;
}

function Reasons({ result }: { readonly result: WhyResult }) {
  const { language } = useLanguage();
  const words = useWords({ vi, en });
  const articles = new Set(result.reasons.map((reason) => words.why.source(reason.article, reason.regulation)));
  return (
    <div class="reasons">
      {result.value && (
        <p class="reasons-value">
          {result.label}: {result.value}
        </p>
      )}
      {result.reasons.map((reason) => (
        <p key={`${reason.code} ${reason.sentence.vi}`}>{reason.sentence[language]}</p>
      ))}
      <p class="small">{[...articles].join("; ")}</p>
    </div>
  );
}
