import { useEffect, useRef, useState } from "preact/hooks";
import { request } from "../api/request.ts";
import type { RequestKind } from "../api/rightsTypes.ts";
import type { Child } from "../api/types.ts";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { ChoiceField } from "../form/ChoiceField.tsx";
import { LineField } from "../form/LineField.tsx";
import { SelectField } from "../form/SelectField.tsx";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { CorrectionField } from "./CorrectionField.tsx";
import { leaveDraft, takeDraft } from "./draft.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface NewRequestProps {
  readonly pupils: readonly Child[];
  /** The card that the reader came from. */
  readonly recordId: string | undefined;
  /** The child that the reader came from. */
  readonly pupilId: string | undefined;
  /** What of it is wrong, in words. */
  readonly field: string | undefined;
  readonly onMade: () => void;
}

/** Deleting the account has a button of its own: it needs nobody's answer. */
const KINDS: readonly RequestKind[] = ["correction", "copy", "withdraw_consent", "restrict", "object"];
const MAX_TEXT = 2_000;
const MAX_FIELD = 60;

/** Asks the school for something; from a card, for the correction of what the reader was looking at. */
export function NewRequest({ pupils, recordId, pupilId: askedPupil, field, onMade }: NewRequestProps) {
  const text = useText();
  const words = useWords({ vi, en });
  const fromCard = pupils.find((pupil) => pupil.cards.some((card) => card.record_id === recordId));
  const from = fromCard ?? pupils.find((pupil) => pupil.pupil_id === askedPupil) ?? pupils[0];
  const [draft] = useState(() => takeDraft(idsOf(pupils), recordId));
  const [kind, setKind] = useState<RequestKind>(draft?.kind ?? "correction");
  const [pupilId, setPupilId] = useState(draft?.pupilId ?? from?.pupil_id ?? "");
  const [cardId, setCardId] = useState(draft?.recordId ?? (fromCard ? (recordId ?? "") : ""));
  const [what, setWhat] = useState(draft?.field ?? (field ?? "").slice(0, MAX_FIELD));
  const [said, setSaid] = useState(draft?.text ?? "");
  const written = useRef({ kind, pupilId, recordId: cardId, field: what, text: said });
  written.current = { kind, pupilId, recordId: cardId, field: what, text: said };
  const [checked, setChecked] = useState(false);
  const task = useTask();
  const heading = useRef<HTMLHeadingElement>(null);
  const isFromCard = fromCard !== undefined;
  useEffect(() => {
    if (isFromCard) heading.current?.scrollIntoView();
  }, [isFromCard]);
  useEffect(() => () => leaveDraft(written.current), []);

  const cards = pupils.find((pupil) => pupil.pupil_id === pupilId)?.cards ?? [];
  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    if (!said.trim()) return;
    const about = kind === "correction" ? { record_id: cardId || null, field: what.trim() || null } : {};
    task.run(async (signal) => {
      const json = { kind, pupil_id: pupilId || null, record_id: null, field: null, text: said.trim(), ...about };
      await request(signal, "/api/requests", { method: "POST", json });
      written.current = { ...written.current, text: "" };
      onMade();
    });
  };

  return (
    <form onSubmit={submit} noValidate>
      <h2 ref={heading}>{words.make}</h2>
      <ChoiceField
        legend={words.kind}
        options={KINDS.map((value) => ({ value, label: words.kinds[value].title, hint: words.kinds[value].hint }))}
        value={kind}
        onChange={(value) => setKind(value as RequestKind)}
      />
      {pupils.length > 0 && (
        <SelectField
          label={words.pupil}
          options={pupils.map((pupil) => ({ value: pupil.pupil_id, label: pupil.name }))}
          value={pupilId}
          onChange={(value) => {
            setPupilId(value);
            setCardId("");
            setWhat("");
          }}
        />
      )}
      {kind === "correction" && (
        <>
          <SelectField
            label={words.card}
            options={[
              { value: "", label: words.noCard },
              ...cards.map((card) => ({ value: card.record_id, label: text.children.schoolYear(card.school_year) })),
            ]}
            value={cardId}
            onChange={(value) => {
              setCardId(value);
              setWhat("");
            }}
          />
          {cardId ? (
            <CorrectionField key={cardId} recordId={cardId} value={what} maxLength={MAX_FIELD} onChange={setWhat} />
          ) : (
            <LineField
              label={words.field}
              hint={words.fieldHint}
              value={what}
              maxLength={MAX_FIELD}
              onChange={setWhat}
            />
          )}
        </>
      )}
      <LineField
        label={words.text}
        hint={words.textHint}
        wrong={checked && !said.trim() ? words.textWrong : undefined}
        value={said}
        maxLength={MAX_TEXT}
        long
        onChange={setSaid}
      />
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      <button type="submit" class="button wide" disabled={task.running}>
        {task.running ? text.app.loading : words.send}
      </button>
    </form>
  );
}

function idsOf(pupils: readonly Child[]): string[] {
  return pupils.map((pupil) => pupil.pupil_id);
}
