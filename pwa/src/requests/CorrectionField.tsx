import { useState } from "preact/hooks";
import type { Card, CardRecord } from "../api/types.ts";
import { cardAddress } from "../card/cardAddress.ts";
import { LineField } from "../form/LineField.tsx";
import { SelectField } from "../form/SelectField.tsx";
import type { Dictionary } from "../i18n/dictionary.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { useReading } from "../offline/useReading.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface CorrectionFieldProps {
  readonly recordId: string;
  /** What is wrong, as the school will read it. */
  readonly value: string;
  readonly maxLength: number;
  readonly onChange: (value: string) => void;
}

const OTHER = "\u0000other";

/** Which place of the card is wrong: one of its own subjects and lines to choose, or one's own words. */
export function CorrectionField({ recordId, value, maxLength, onChange }: CorrectionFieldProps) {
  const text = useText();
  const words = useWords({ vi, en });
  const card = useReading<Card>(cardAddress(recordId));
  const [typing, setTyping] = useState(false);
  const places = card.value ? placesOf(card.value.record, text, maxLength) : [];
  const known = value && !typing && !places.includes(value) ? [value, ...places] : places;
  const ownWords = typing || (card.error !== undefined && places.length === 0);
  return (
    <>
      <SelectField
        label={words.field}
        options={[
          { value: "", label: words.fieldAll },
          ...known.map((place) => ({ value: place, label: place })),
          { value: OTHER, label: words.fieldOther },
        ]}
        value={ownWords ? OTHER : value}
        onChange={(chosen) => {
          setTyping(chosen === OTHER);
          onChange(chosen === OTHER ? "" : chosen);
        }}
      />
      {ownWords && (
        <LineField
          label={words.fieldOwn}
          hint={words.fieldHint}
          value={value}
          maxLength={maxLength}
          onChange={onChange}
        />
      )}
    </>
  );
}

/** Names of what can be wrong, in the form's order. */
function placesOf(record: CardRecord, text: Dictionary, maxLength: number): string[] {
  const { card } = text;
  const results =
    record.transcript.results.kind === "primary"
      ? [card.qualitiesTitle, card.generalTitle, card.specificTitle, card.resultTitle]
      : [card.overallTitle, card.absences];
  const names = [
    ...record.subject_details.map((detail) => detail.name),
    ...results,
    card.promoted,
    card.commendation,
    card.homeroomRemark,
    card.name,
    card.dateOfBirth,
    card.sex,
    card.personalCode,
    card.birthplace,
    card.homeTown,
    card.address,
    card.father,
    card.mother,
  ];
  return [...new Set(names.map((name) => name.slice(0, maxLength)))];
}
