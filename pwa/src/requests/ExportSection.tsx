import { useStepUp } from "../access/useStepUp.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { downloadExport } from "./downloadExport.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** Everything that the system holds about the reader, to take along. */
export function ExportSection() {
  const text = useText();
  const words = useWords({ vi, en });
  const task = useTask();
  const { guard, dialog } = useStepUp();
  return (
    <section>
      <h2>{words.exportTitle}</h2>
      <p>{words.exportText}</p>
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      <button
        type="button"
        class="button quiet wide"
        disabled={task.running}
        onClick={() => task.run((signal) => guard(signal, () => downloadExport(signal)))}
      >
        {task.running ? text.app.loading : words.exportButton}
      </button>
      {dialog}
    </section>
  );
}
