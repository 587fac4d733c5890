import type { SharedCard, SharedCards } from "../api/sharingTypes.ts";
import { Notice } from "../app/Notice.tsx";
import { CardResults } from "../card/CardResults.tsx";
import { ResultList } from "../card/ResultList.tsx";
import { ResumeSection } from "../card/ResumeSection.tsx";
import { StateBadge } from "../card/StateBadge.tsx";
import { formatDate } from "../format/formatDate.ts";
import { formatDay, formatInstant } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** What the link shows, newest year first; one year is open, others are a tap away. */
export function SharedCardsView({ shared }: { readonly shared: SharedCards }) {
  const text = useText();
  const words = useWords({ vi, en });
  return (
    <article class="page card-page">
      <h1>{text.card.title(shared.pupil_name)}</h1>
      <ResultList
        rows={[
          [words.forWhom, shared.receiver],
          [words.forWhat, shared.purpose],
          [words.until, formatInstant(shared.expires_at)],
        ]}
      />
      <p class="small no-print">
        {shared.pdf_allowed ? words.checkIt : words.noFiles} <a href="/v">{words.checkPage}</a>
      </p>
      {shared.cards.length === 0 && <p>{text.children.noCards}</p>}
      {shared.cards.map((card, index) => (
        <details key={card.record_id} class="shared-card" open={index === 0}>
          <summary>
            <span>
              {text.children.schoolYear(card.record.transcript.school_year)} ·{" "}
              {text.children.classGroup(card.record.transcript.class_group)}
            </span>
          </summary>
          <SharedCardView card={card} pdfAllowed={shared.pdf_allowed} />
        </details>
      ))}
    </article>
  );
}

function SharedCardView({ card, pdfAllowed }: { readonly card: SharedCard; readonly pdfAllowed: boolean }) {
  const text = useText();
  const base = `/api/shared/cards/${encodeURIComponent(card.record_id)}`;
  const { transcript } = card.record;
  return (
    <>
      <p class="card-place">{card.school_name}</p>
      <p class="card-dates">
        <StateBadge state={card.state} />
        <span>{text.children.issued(formatDay(card.issued_at))}</span>
      </p>
      {card.state !== "issued" && (
        <Notice kind="warning" title={text.states[card.state]}>
          <p>{card.state === "revoked" ? text.card.revoked : text.card.replacedTitle}</p>
        </Notice>
      )}
      {pdfAllowed && (
        <div class="row no-print">
          <a class="button" href={`${base}/pdf`} download>
            {text.card.pdf}
          </a>
          <a class="button quiet" href={`${base}/xml`} download>
            {text.card.xml}
          </a>
        </div>
      )}
      <CardResults record={card.record} />
      <ResumeSection record={card.record} />
      <ResultList
        rows={[
          [text.card.dateOfBirth, formatDate(transcript.date_of_birth)],
          [text.card.regulation, transcript.regulation],
          [text.card.recordId, transcript.record_id],
        ]}
      />
    </>
  );
}
