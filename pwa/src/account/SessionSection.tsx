import type { Session } from "../api/accountTypes.ts";
import { ACCOUNT } from "../api/me.ts";
import { request } from "../api/request.ts";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { formatInstant } from "../format/formatInstant.ts";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface SessionSectionProps {
  readonly sessions: readonly Session[];
  readonly onChange: () => void;
}

/** Devices that are logged in now. */
export function SessionSection({ sessions, onChange }: SessionSectionProps) {
  const words = useWords({ vi, en }).sessions;
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">{words.title}</h2>
      <p>{words.text}</p>
      <ul class="things">
        {sessions.map((session) => (
          <li key={session.session_id}>
            <SessionItem session={session} onChange={onChange} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function SessionItem({ session, onChange }: { readonly session: Session; readonly onChange: () => void }) {
  const words = useWords({ vi, en }).sessions;
  const task = useTask();
  const device = session.device || words.unknownDevice;
  const end = () =>
    task.run(async (signal) => {
      await request<void>(signal, `${ACCOUNT}/sessions/${session.session_id}`, { method: "DELETE" });
      onChange();
    });
  return (
    <>
      <p class="thing-name">
        {device}
        {session.current && <span class="badge">{words.current}</span>}
      </p>
      <p class="small">
        {words.started(formatInstant(session.started_at))}
        <br />
        {words.lastSeen(formatInstant(session.last_seen_at))}
      </p>
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      {!session.current && (
        <button type="button" class="button quiet" disabled={task.running} onClick={end}>
          {words.logOutThere}
          <span class="visually-hidden">: {device}</span>
        </button>
      )}
    </>
  );
}
