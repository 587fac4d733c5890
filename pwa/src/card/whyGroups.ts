import type { CardRecord, Explanation } from "../api/types.ts";
import type { Dictionary } from "../i18n/dictionary.ts";
import type { CardWords } from "./words/vi.ts";

/** One value of the card and the reasons for it. */
export interface WhyResult {
  readonly field: string;
  readonly label: string;
  /** As the card says it; empty where the card says nothing. */
  readonly value: string;
  readonly reasons: readonly Explanation[];
}

/** What is opened with one tap: all of the learning results, say. */
export interface WhyGroup {
  readonly title: string;
  readonly results: readonly WhyResult[];
}

const GROUPS = [
  ["educational", /^KET_QUA_XEP_LOAI$/],
  ["learning", /^KET_QUA_HOC_TAP_/],
  ["training", /^KET_QUA_REN_LUYEN_/],
  ["movingUp", /^DUOC_LEN_LOP$/],
  ["title", /^NOI_DUNG_KHEN_THUONG$/],
  ["toDate", /^KET_QUA_TINH_DEN_NGAY$/],
] as const;

const PERIODS = [
  ["HOC_KY_1", "semester_1"],
  ["HOC_KY_2", "semester_2"],
  ["CA_NAM", "year"],
  ["SAU_HE", "after_summer"],
] as const;

/** The reasons in the form's order, each beside the value that it is about; groups without any are left out. */
export function whyGroups(
  record: CardRecord,
  explanations: readonly Explanation[],
  text: Dictionary,
  words: CardWords,
): WhyGroup[] {
  return GROUPS.map(([name, fields]) => ({
    title: words.why.groups[name],
    results: byField(explanations.filter((one) => fields.test(one.field))).map(([field, reasons]) => ({
      field,
      label: labelOf(field, text, words),
      value: writtenValue(field, record, text),
      reasons,
    })),
  })).filter((group) => group.results.length > 0);
}

function byField(explanations: readonly Explanation[]): [string, Explanation[]][] {
  const found = new Map<string, Explanation[]>();
  for (const one of explanations) found.set(one.field, [...(found.get(one.field) ?? []), one]);
  return [...found];
}

function labelOf(field: string, text: Dictionary, words: CardWords): string {
  if (field.endsWith("_HOC_KY_1")) return text.card.semester1;
  if (field.endsWith("_HOC_KY_2")) return text.card.semester2;
  if (field.endsWith("_CA_NAM")) return text.card.year;
  if (field.endsWith("_SAU_HE")) return text.card.afterSummer;
  return words.why.result;
}

function writtenValue(field: string, record: CardRecord, text: Dictionary): string {
  const { results } = record.transcript;
  if (field === "NOI_DUNG_KHEN_THUONG") return record.remarks.commendation ?? "";
  if (field === "DUOC_LEN_LOP") {
    if (results.promoted === null) return "";
    return results.promoted ? text.card.yes : text.card.no;
  }
  if (results.kind === "primary") {
    if (field !== "KET_QUA_XEP_LOAI" || !results.educational_result) return "";
    return text.scale.educational[results.educational_result];
  }
  const period = PERIODS.find(([suffix]) => field.endsWith(suffix))?.[1];
  if (!period) return "";
  const level = (field.startsWith("KET_QUA_HOC_TAP_") ? results.learning : results.training)[period];
  return level ? text.scale.overall[level] : "";
}
