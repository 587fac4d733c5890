import { useState } from "preact/hooks";
import { AccessProblem } from "../access/AccessProblem.tsx";
import { PersonalCodeField } from "../access/PersonalCodeField.tsx";
import { isPersonalCode } from "../access/personalCode.ts";
import { useStepUp } from "../access/useStepUp.tsx";
import { ACCOUNT } from "../api/me.ts";
import { request } from "../api/request.ts";
import { Notice } from "../app/Notice.tsx";
import { useTask } from "../app/useTask.ts";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** A new identification number; the school looks at the papers before it counts. */
export function PersonalCodeSection() {
  const words = useWords({ vi, en }).personalCode;
  const { guard, dialog } = useStepUp();
  const task = useTask();
  const [digits, setDigits] = useState("");
  const [wrong, setWrong] = useState(false);
  const [asked, setAsked] = useState(false);

  const ask = (event: Event) => {
    event.preventDefault();
    setWrong(!isPersonalCode(digits));
    if (!isPersonalCode(digits)) return;
    task.run(async (signal) => {
      const options = { method: "POST", json: { personal_code: digits } } as const;
      await guard(signal, () => request<void>(signal, `${ACCOUNT}/personal-code`, options));
      setDigits("");
      setAsked(true);
    });
  };
  return (
    <details>
      <summary>{words.title}</summary>
      <p>{words.text}</p>
      {asked ? (
        <Notice kind="done">
          <p role="status">{words.waiting}</p>
        </Notice>
      ) : (
        <form onSubmit={ask} noValidate>
          <PersonalCodeField value={digits} onChange={setDigits} wrong={wrong} hint={words.hint} />
          {task.error !== undefined && <AccessProblem error={task.error} enrolling={false} />}
          <button type="submit" class="button quiet wide" disabled={task.running}>
            {words.ask}
          </button>
        </form>
      )}
      {dialog}
    </details>
  );
}
