import { PrimaryTables } from "../card/PrimaryTables.tsx";
import { ResultList } from "../card/ResultList.tsx";
import { SecondaryTables } from "../card/SecondaryTables.tsx";
import { formatDate } from "../format/formatDate.ts";
import { formatDay } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";
import { resultsOnPaper } from "./paperRows.ts";
import type { ShownRecord } from "./transcript.ts";
import { useSubjectLabel } from "./useSubjectLabel.ts";
import { useVerifyWords } from "./words/useVerifyWords.ts";

interface RecordViewProps {
  readonly record: ShownRecord;
  /** A code holds less than the paper it is printed on, which the reader is told. */
  readonly fromCode: boolean;
}

/** What was signed, in the paper's order, so that a clerk compares line by line. */
export function RecordView({ record, fromCode }: RecordViewProps) {
  const text = useText();
  const words = useVerifyWords();
  const { label, isOwn } = useSubjectLabel(record);
  const results = resultsOnPaper(record);
  const labels = results.subjects.map(({ code }) => ({ name: label(code) }));
  return (
    <section class="record">
      <h2>{words.record}</h2>
      <p class="small">{words.compare}</p>
      <ResultList
        rows={[
          [text.card.name, record.name],
          [text.card.dateOfBirth, formatDate(record.date_of_birth)],
          [text.card.school, record.school_name ?? words.schoolNameMissing],
          [text.card.schoolCode, record.school_code],
          [text.card.schoolYear, record.school_year],
          [text.card.classGroup, record.class_group],
          [text.card.grade, record.grade],
          [text.card.regulation, record.regulation],
          [text.card.issuedAt, record.issued_at && formatDay(record.issued_at)],
          [text.card.recordId, record.record_id],
        ]}
      />
      {results.kind === "primary" ? (
        <PrimaryTables results={results} labels={labels} />
      ) : (
        <SecondaryTables results={results} labels={labels} />
      )}
      {results.subjects.some(({ code }) => isOwn(code)) && <p class="small">{words.ownSubjectHint}</p>}
      {fromCode && <p class="small">{words.notInCode}</p>}
    </section>
  );
}
