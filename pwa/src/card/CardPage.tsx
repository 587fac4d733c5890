import { useRoute } from "preact-iso";
import { useLoginWall } from "../access/useLoginWall.ts";
import { ApiError } from "../api/problem.ts";
import type { Card } from "../api/types.ts";
import { Loading } from "../app/Loading.tsx";
import { Notice } from "../app/Notice.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTitle } from "../app/useTitle.ts";
import { formatDate } from "../format/formatDate.ts";
import { formatDay } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { KeptNotice } from "../offline/KeptNotice.tsx";
import { useReading } from "../offline/useReading.ts";
import { CardActions } from "./CardActions.tsx";
import { CardResults } from "./CardResults.tsx";
import { cardAddress } from "./cardAddress.ts";
import { ReplacementNotice } from "./ReplacementNotice.tsx";
import { ResultList } from "./ResultList.tsx";
import { ResumeSection } from "./ResumeSection.tsx";
import { SignatureList } from "./SignatureList.tsx";
import { StateBadge } from "./StateBadge.tsx";
import { SummerNotice } from "./SummerNotice.tsx";
import { WhyResults } from "./WhyResults.tsx";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** One card as a page: everything the form has, in the form's order. */
export function CardPage() {
  const text = useText();
  useTitle(text.app.name);
  const recordId = useRoute().params.record_id ?? "";
  const card = useReading<Card>(cardAddress(recordId));
  const leaving = useLoginWall(card.error);
  if (leaving) return <Loading />;
  return (
    <article class="page card-page">
      <p class="back">
        <a href="/con">{text.card.back}</a>
      </p>
      {card.error !== undefined && <CardProblem error={card.error} reload={card.reload} />}
      {!card.value && card.error === undefined && <Loading />}
      {card.readAt !== undefined && <KeptNotice readAt={card.readAt} onRetry={card.reload} />}
      {card.value && <CardContent card={card.value} />}
    </article>
  );
}

function CardProblem({ error, reload }: { readonly error: unknown; readonly reload: () => void }) {
  const text = useText();
  return (
    <>
      <h1>{text.card.notYours}</h1>
      {error instanceof ApiError && error.status === 404 ? (
        <ProblemNotice error={error} />
      ) : (
        <ProblemNotice error={error} onRetry={reload} />
      )}
    </>
  );
}

function CardContent({ card }: { readonly card: Card }) {
  const text = useText();
  const words = useWords({ vi, en });
  const { record } = card;
  const { transcript } = record;
  return (
    <>
      <p class="print-only">{words.printNote}</p>
      <header class="card-head">
        <p class="card-kind">
          <span>{text.levels[record.level]}</span> · <span>{text.children.schoolYear(transcript.school_year)}</span>
        </p>
        <h1>{text.card.title(transcript.name)}</h1>
        <p class="card-place">
          {text.children.classGroup(transcript.class_group)} · {record.school.name}
        </p>
        <p class="card-dates">
          <StateBadge state={card.state} />
          <span>{text.children.issued(formatDay(card.issued_at))}</span>
        </p>
      </header>
      {card.state !== "issued" && (
        <Notice kind="warning" title={text.states[card.state]}>
          <p>{text.card[card.state]}</p>
        </Notice>
      )}
      <ReplacementNotice card={card} />
      <SummerNotice works={card.to_do} />
      <CardActions recordId={transcript.record_id} />
      <CardResults record={record} />
      <WhyResults record={record} explanations={card.explanations} />
      <h2>{text.card.signers}</h2>
      <SignatureList signatures={card.signatures} />
      <ResumeSection record={record} />
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
