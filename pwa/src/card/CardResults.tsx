import type { CardRecord } from "../api/types.ts";
import { useText } from "../i18n/language.tsx";
import { PrimaryTables } from "./PrimaryTables.tsx";
import { ResultList } from "./ResultList.tsx";
import { SecondaryTables } from "./SecondaryTables.tsx";
import type { SubjectLabel } from "./subjectLabel.ts";

/** Marks, remarks and results of a card, as its circular orders them. */
export function CardResults({ record }: { readonly record: CardRecord }) {
  const text = useText();
  const { remarks } = record;
  const { results } = record.transcript;
  const labels: readonly SubjectLabel[] = record.subject_details.map((detail) => ({
    name: detail.name,
    remark: detail.remark,
    teacher: detail.teacher_name,
  }));
  return (
    <>
      {results.kind === "primary" ? (
        <PrimaryTables
          results={results}
          labels={labels}
          comments={{
            qualities: remarks.qualities,
            generalCompetences: remarks.general_competences,
            specificCompetences: remarks.specific_competences,
          }}
        />
      ) : (
        <SecondaryTables results={results} labels={labels} />
      )}
      <ResultList
        rows={[
          [text.card.completion, remarks.completion],
          [text.card.commendation, remarks.commendation],
          [text.card.commendationAdHoc, remarks.commendation_ad_hoc],
          [text.card.certificates, remarks.certificates],
          [text.card.competitions, remarks.competitions],
          [text.card.summerTraining, remarks.summer_training],
          [text.card.homeroomRemark, remarks.homeroom_teacher],
        ]}
      />
    </>
  );
}
