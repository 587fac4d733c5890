import { useEffect, useState } from "preact/hooks";
import { request } from "../api/request.ts";
import type { History, Look } from "../api/sharingTypes.ts";
import type { Child } from "../api/types.ts";
import { Loading } from "../app/Loading.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { LookEntry } from "./LookEntry.tsx";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** The looks of one pupil, newest first, a page at a time. */
export function Looks({ pupil }: { readonly pupil: Child }) {
  const text = useText();
  const words = useWords({ vi, en });
  const [looks, setLooks] = useState<readonly Look[]>();
  const [next, setNext] = useState<string | null>(null);
  const task = useTask();
  const { run } = task;

  const load = (before: string | null) =>
    run(async (signal) => {
      const query = new URLSearchParams({ pupil_id: pupil.pupil_id, ...(before ? { before } : {}) });
      const page = await request<History>(signal, `/api/history?${query}`);
      setLooks((earlier) => [...(before && earlier ? earlier : []), ...page.looks]);
      setNext(page.next);
    });
  useEffect(() => load(null), [pupil.pupil_id]);

  const reported = (lookId: string, at: string) =>
    setLooks((all) => all?.map((look) => (look.look_id === lookId ? { ...look, reported_at: at } : look)));

  return (
    <>
      {task.error !== undefined && <ProblemNotice error={task.error} onRetry={() => load(next)} />}
      {!looks && task.running && <Loading />}
      {looks?.length === 0 && <p class="small">{words.none}</p>}
      {looks && looks.length > 0 && (
        <ul class="entries">
          {looks.map((look) => (
            <LookEntry key={look.look_id} look={look} pupil={pupil} onReported={reported} />
          ))}
        </ul>
      )}
      {next && (
        <button type="button" class="button quiet wide" disabled={task.running} onClick={() => load(next)}>
          {task.running ? text.app.loading : words.more}
        </button>
      )}
    </>
  );
}
