import { useState } from "preact/hooks";
import { useStepUp } from "../access/useStepUp.tsx";
import { ApiError } from "../api/problem.ts";
import { request } from "../api/request.ts";
import type { ShareMade } from "../api/sharingTypes.ts";
import type { Child } from "../api/types.ts";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { CheckField } from "../form/CheckField.tsx";
import { LineField } from "../form/LineField.tsx";
import { SelectField } from "../form/SelectField.tsx";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { CardChoice } from "./CardChoice.tsx";
import { DAYS, type Draft, LIMITS, type Mistake, mistakesOf, newDraft, ofPupil, shareRequest } from "./draft.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface ShareFormProps {
  readonly pupils: readonly Child[];
  /** Where the reader came from. */
  readonly recordId: string | undefined;
  readonly pupilId: string | undefined;
  readonly onMade: (made: ShareMade) => void;
}

/** What, to whom, what for, how long; and the child's own consent. */
export function ShareForm({ pupils, recordId, pupilId, onMade }: ShareFormProps) {
  const text = useText();
  const words = useWords({ vi, en });
  const [draft, setDraft] = useState(() => newDraft(pupils, { recordId, pupilId }));
  const [checked, setChecked] = useState(false);
  const task = useTask();
  const { guard, dialog } = useStepUp();
  const pupil = pupils.find((one) => one.pupil_id === draft.pupilId);
  const change = (part: Partial<Draft>) => setDraft((last) => ({ ...last, ...part }));
  const mistakes = checked ? mistakesOf(draft) : [];
  const wrong = (mistake: Mistake) => (mistakes.includes(mistake) ? words.mistakes[mistake] : undefined);
  const consentMissing = task.error instanceof ApiError && task.error.code === "child_consent_missing";
  if (!pupil) return null;

  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    if (mistakesOf(draft).length > 0) return;
    task.run(async (signal) => {
      const json = shareRequest(draft, pupil);
      onMade(await guard(signal, () => request<ShareMade>(signal, "/api/shares", { method: "POST", json })));
    });
  };

  return (
    <form onSubmit={submit} noValidate>
      {pupils.length > 1 && (
        <SelectField
          label={words.pupil}
          options={pupils.map((one) => ({ value: one.pupil_id, label: one.name }))}
          value={draft.pupilId}
          onChange={(value) => {
            const other = pupils.find((one) => one.pupil_id === value);
            if (other) setDraft(ofPupil(draft, other));
          }}
        />
      )}
      <CardChoice pupil={pupil} draft={draft} wrong={wrong("recordIds")} onChange={change} />
      <LineField
        label={words.receiver}
        hint={words.receiverHint}
        wrong={wrong("receiver")}
        value={draft.receiver}
        maxLength={LIMITS.receiver}
        onChange={(receiver) => change({ receiver })}
      />
      <LineField
        label={words.purpose}
        hint={words.purposeHint}
        wrong={wrong("purpose")}
        value={draft.purpose}
        maxLength={LIMITS.purpose}
        onChange={(purpose) => change({ purpose })}
      />
      <SelectField
        label={words.days}
        options={DAYS.map((days) => ({ value: String(days), label: words.daysOption(days) }))}
        value={String(draft.days)}
        onChange={(value) => change({ days: Number(value) })}
      />
      <h2>{words.privateTitle}</h2>
      <p class="small">{words.privateText}</p>
      <CheckField
        label={words.withAddress}
        checked={draft.withAddress}
        onChange={(withAddress) => change({ withAddress })}
      />
      <CheckField
        label={words.withPersonalCode}
        checked={draft.withPersonalCode}
        onChange={(withPersonalCode) => change({ withPersonalCode })}
      />
      <p class="hint">{draft.withAddress && draft.withPersonalCode ? words.filesToo : words.filesNot}</p>
      <h2>{words.safetyTitle}</h2>
      <LineField
        label={words.passcode}
        hint={words.passcodeHint}
        wrong={wrong("passcode")}
        value={draft.passcode}
        maxLength={LIMITS.passcode}
        secret
        onChange={(passcode) => change({ passcode })}
      />
      <CheckField
        label={words.singleUse}
        hint={words.singleUseHint}
        checked={draft.singleUse}
        onChange={(singleUse) => change({ singleUse })}
      />
      {!pupil.own && (
        <>
          <h2>{words.consentTitle}</h2>
          <CheckField
            label={words.consent(pupil.name)}
            hint={words.consentHint}
            wrong={consentMissing ? words.consentMissing : undefined}
            checked={draft.childConsents}
            onChange={(childConsents) => change({ childConsents })}
          />
        </>
      )}
      {mistakes.length > 0 && (
        <p class="hint wrong" role="alert">
          {words.seeAbove}
        </p>
      )}
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      <button type="submit" class="button wide" disabled={task.running}>
        {task.running ? text.app.loading : words.create}
      </button>
      {dialog}
    </form>
  );
}
