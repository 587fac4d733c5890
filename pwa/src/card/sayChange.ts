import type { CardRecord, FieldChange } from "../api/types.ts";
import { formatDate } from "../format/formatDate.ts";
import { formatMark } from "../format/formatMark.ts";
import type { Dictionary } from "../i18n/dictionary.ts";

/** A change in the form's words. */
export interface SaidChange {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

const NOTHING = "—";
const SUBJECT = /^(?:transcript\.results\.subjects|subject_details)\.([^.]+)\.(.+)$/;
const PERIOD = /^transcript\.results\.(learning|training)\.(semester_1|semester_2|year|after_summer)$/;
const TRAIT = /^transcript\.results\.(qualities|competences)\.(\d+)$/;

/** The field and both values as people say them; the bare path only where the form has no word for it. */
export function sayChange(change: FieldChange, record: CardRecord, text: Dictionary): SaidChange {
  return {
    label: labelOf(change.field, record, text),
    before: sayValue(change.field, change.before, text),
    after: sayValue(change.field, change.after, text),
  };
}

function labelOf(field: string, record: CardRecord, text: Dictionary): string {
  const parts: Readonly<Record<string, string>> = text.card.changedFields;
  const subject = SUBJECT.exec(field);
  if (subject) {
    const [, code = "", part = ""] = subject;
    const name = record.subject_details.find((detail) => detail.code === code)?.name ?? code;
    return `${name}, ${parts[part] ?? part}`;
  }
  const period = PERIOD.exec(field);
  if (period) return `${period[1] === "learning" ? text.card.learning : text.card.training}, ${periodOf(field, text)}`;
  const trait = TRAIT.exec(field);
  if (trait) {
    const names = trait[1] === "qualities" ? text.scale.qualities : text.scale.competences;
    return names[Number(trait[2]) - 1] ?? field;
  }
  return parts[field] ?? formWords(text)[field] ?? field;
}

function periodOf(field: string, text: Dictionary): string {
  if (field.endsWith(".semester_1")) return text.card.semester1;
  if (field.endsWith(".semester_2")) return text.card.semester2;
  return field.endsWith(".year") ? text.card.year : text.card.afterSummer;
}

function formWords(text: Dictionary): Readonly<Record<string, string>> {
  const { card } = text;
  return {
    "transcript.school_code": card.schoolCode,
    "transcript.school_year": card.schoolYear,
    "transcript.grade": card.grade,
    "transcript.results.educational_result": card.resultTitle,
    "transcript.results.promoted": card.promoted,
    "transcript.results.class_programme_completed": card.classProgramme,
    "transcript.results.primary_programme_completed": card.primaryProgramme,
    "transcript.results.programme_completed": card.secondaryProgramme,
    "transcript.results.absences": card.absences,
    "school.name": card.school,
    "pupil.ethnicity": card.ethnicity,
    "pupil.nationality": card.nationality,
    "pupil.birthplace": card.birthplace,
    "pupil.home_town": card.homeTown,
    "pupil.address": card.address,
    "pupil.father_name": card.father,
    "pupil.mother_name": card.mother,
    "pupil.guardian_name": card.guardian,
    "pupil.height_cm": card.height,
    "pupil.weight_kg": card.weight,
    "pupil.absences_excused": card.absencesExcused,
    "pupil.absences_unexcused": card.absencesUnexcused,
    "remarks.qualities": card.qualitiesTitle,
    "remarks.general_competences": card.generalTitle,
    "remarks.specific_competences": card.specificTitle,
    "remarks.completion": card.completion,
    "remarks.promotion": card.promoted,
    "remarks.commendation": card.commendation,
    "remarks.commendation_ad_hoc": card.commendationAdHoc,
    "remarks.competitions": card.competitions,
    "remarks.certificates": card.certificates,
    "remarks.summer_training": card.summerTraining,
  };
}

function sayValue(field: string, value: string | null, text: Dictionary): string {
  if (value === null) return NOTHING;
  if (value === "true") return text.card.yes;
  if (value === "false") return text.card.no;
  return scaleOf(field, text)[value] ?? formatDate(formatMark(value));
}

/** "T" is a level of three scales; which one, the field says. */
function scaleOf(field: string, text: Dictionary): Readonly<Record<string, string>> {
  if (PERIOD.test(field)) return text.scale.overall;
  if (TRAIT.test(field)) return text.scale.quality;
  if (field === "transcript.results.educational_result") return text.scale.educational;
  return field.endsWith(".level") && SUBJECT.test(field) ? text.scale.achievement : {};
}
