import { PrimaryTables } from "../card/PrimaryTables.tsx";
import { ResultList } from "../card/ResultList.tsx";
import { SecondaryTables } from "../card/SecondaryTables.tsx";
import { subjectName } from "../card/subjectNames.ts";
import { formatDate } from "../format/formatDate.ts";
import { formatDay } from "../format/formatInstant.ts";
import { useLanguage } from "../i18n/language.tsx";
import type { ShownRecord } from "./transcript.ts";

/** What was signed, in the paper's order, so that a clerk compares line by line. */
export function RecordView({ record }: { readonly record: ShownRecord }) {
  const { language, text } = useLanguage();
  const { results } = record;
  const labels = results.subjects.map((subject) => ({ name: subjectName(results.kind, subject.code, language) }));
  return (
    <section class="record">
      <h2>{text.verify.record}</h2>
      <p class="small no-print">{text.verify.compare}</p>
      <ResultList
        rows={[
          [text.card.name, record.name],
          [text.card.dateOfBirth, formatDate(record.date_of_birth)],
          [text.card.school, record.school_name],
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
    </section>
  );
}
