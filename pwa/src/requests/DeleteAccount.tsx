import { useState } from "preact/hooks";
import { useStepUp } from "../access/useStepUp.tsx";
import { request } from "../api/request.ts";
import type { AccountDeleted } from "../api/rightsTypes.ts";
import { Dialog } from "../app/Dialog.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { CheckField } from "../form/CheckField.tsx";
import { useLanguage } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { readings } from "../offline/readings.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** Leaves for good: what goes, what stays and why, and a question that cannot be answered by accident. */
export function DeleteAccount() {
  const { language, text } = useLanguage();
  const words = useWords({ vi, en });
  const [sure, setSure] = useState(false);
  const [checked, setChecked] = useState(false);
  const [gone, setGone] = useState<AccountDeleted>();
  const task = useTask();
  const { guard, dialog } = useStepUp();

  const leave = () => {
    setChecked(true);
    if (!sure) return;
    task.run(async (signal) => {
      const answer = await guard(signal, () => request<AccountDeleted>(signal, "/api/account", { method: "DELETE" }));
      await readings.end();
      setGone(answer);
    });
  };
  const home = () => location.assign("/");

  return (
    <details class="leave">
      <summary>{words.deleteTitle}</summary>
      <p>{words.deleteText}</p>
      <ul class="plain-list">
        {words.deletePoints.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <CheckField
        label={words.deleteSure}
        wrong={checked && !sure ? words.deleteSureWrong : undefined}
        checked={sure}
        onChange={setSure}
      />
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      <button type="button" class="button quiet wide danger" disabled={task.running} onClick={leave}>
        {task.running ? text.app.loading : words.deleteButton}
      </button>
      {dialog}
      {gone && (
        <Dialog title={words.deletedTitle} onCancel={home}>
          <p>{words.deletedText}</p>
          <ul class="plain-list">
            {gone.kept.map((one) => (
              <li key={one.what.vi}>
                <strong>{one.what[language]}</strong>: {one.why[language]}
              </li>
            ))}
          </ul>
          <button type="button" class="button wide" onClick={home}>
            {text.app.home}
          </button>
        </Dialog>
      )}
    </details>
  );
}
