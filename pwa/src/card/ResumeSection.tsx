import type { CardRecord } from "../api/types.ts";
import { formatDate } from "../format/formatDate.ts";
import { formatMark } from "../format/formatMark.ts";
import { useText } from "../i18n/language.tsx";
import { ResultList } from "./ResultList.tsx";

/** The pupil's résumé, closed at first: it holds what nobody standing by should read. */
export function ResumeSection({ record }: { readonly record: CardRecord }) {
  const text = useText();
  const { pupil, school, transcript } = record;
  return (
    <details class="resume">
      <summary>{text.card.resume}</summary>
      <ResultList
        rows={[
          [text.card.name, transcript.name],
          [text.card.sex, pupil.sex],
          [text.card.dateOfBirth, formatDate(transcript.date_of_birth)],
          [text.card.birthplace, pupil.birthplace],
          [text.card.homeTown, pupil.home_town],
          [text.card.ethnicity, pupil.ethnicity],
          [text.card.nationality, pupil.nationality],
          [text.card.address, pupil.address],
          [text.card.personalCode, pupil.personal_code],
          [text.card.pupilCode, pupil.pupil_code],
          [text.card.registerNumber, pupil.register_number],
          [text.card.father, pupil.father_name],
          [text.card.mother, pupil.mother_name],
          [text.card.guardian, pupil.guardian_name],
          [text.card.height, formatMark(pupil.height_cm)],
          [text.card.weight, formatMark(pupil.weight_kg)],
          [text.card.absencesExcused, pupil.absences_excused],
          [text.card.absencesUnexcused, pupil.absences_unexcused],
          [text.card.school, school.name],
          [text.card.schoolCode, school.code],
          [text.card.place, [school.ward, school.district, school.province].filter(Boolean).join(", ")],
        ]}
      />
      {record.schooling.length > 0 && (
        <>
          <h3>{text.card.schooling}</h3>
          <ul class="schooling">
            {record.schooling.map((entry) => (
              <li key={`${entry.school_year} ${entry.class_group} ${entry.arrived_on}`}>
                {[
                  entry.school_year,
                  entry.class_group,
                  entry.school_name,
                  entry.arrived_on && formatDate(entry.arrived_on),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}
