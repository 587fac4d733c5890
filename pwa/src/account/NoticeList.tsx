import type { AccountNotice } from "../api/accountTypes.ts";
import { ACCOUNT } from "../api/me.ts";
import { request } from "../api/request.ts";
import { Notice } from "../app/Notice.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { formatInstant } from "../format/formatInstant.ts";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** Kinds that may mean that somebody else has got in; the others are news. */
const ALARMING: ReadonlySet<string> = new Set(["re_enrolled", "passkey_added", "passkey_removed"]);

interface NoticeListProps {
  readonly notices: readonly AccountNotice[];
  readonly onSeen: () => void;
}

/** What has happened to the account since it was last looked at. */
export function NoticeList({ notices, onSeen }: NoticeListProps) {
  return (
    <>
      {notices.map((notice) => (
        <OneNotice key={notice.notice_id} notice={notice} onSeen={onSeen} />
      ))}
    </>
  );
}

function OneNotice({ notice, onSeen }: { readonly notice: AccountNotice; readonly onSeen: () => void }) {
  const words = useWords({ vi, en }).notices;
  const sentences: Readonly<Record<string, ((name: string) => string) | undefined>> = words.kinds;
  const task = useTask();
  const alarming = ALARMING.has(notice.kind);
  const see = () =>
    task.run(async (signal) => {
      await request<void>(signal, `${ACCOUNT}/notices/${notice.notice_id}/seen`, { method: "POST" });
      onSeen();
    });
  return (
    <Notice kind={alarming ? "warning" : "info"}>
      <p>{(sentences[notice.kind] ?? words.otherKind)(notice.name)}</p>
      <p class="small">{formatInstant(notice.at)}</p>
      {alarming && <p>{words.notYou}</p>}
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      <button type="button" class="button quiet" disabled={task.running} onClick={see}>
        {words.seen}
      </button>
    </Notice>
  );
}
