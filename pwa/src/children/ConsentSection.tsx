import { useCallback } from "preact/hooks";
import { request } from "../api/request.ts";
import type { GuardianOfPupil, GuardiansOfPupil } from "../api/rightsTypes.ts";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useResource } from "../app/useResource.ts";
import { useTask } from "../app/useTask.ts";
import { formatDay } from "../format/formatInstant.ts";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** From the 18th birthday on the pupil says which of their parents may read on. */
export function ConsentSection({ pupilId }: { readonly pupilId: string }) {
  const words = useWords({ vi, en }).consent;
  const address = `/api/children/${encodeURIComponent(pupilId)}/guardians`;
  const found = useResource(
    useCallback((signal: AbortSignal) => request<GuardiansOfPupil>(signal, address), [address]),
  );
  return (
    <details class="consent">
      <summary>{words.title}</summary>
      <p>{words.lead}</p>
      {found.error !== undefined && <ProblemNotice error={found.error} onRetry={found.reload} />}
      {found.value?.guardians.length === 0 && <p class="small">{words.none}</p>}
      <ul class="entries">
        {found.value?.guardians.map((guardian) => (
          <Guardian key={guardian.guardian_id} guardian={guardian} address={address} onChange={found.reload} />
        ))}
      </ul>
    </details>
  );
}

interface GuardianProps {
  readonly guardian: GuardianOfPupil;
  readonly address: string;
  readonly onChange: () => void;
}

function Guardian({ guardian, address, onChange }: GuardianProps) {
  const words = useWords({ vi, en }).consent;
  const relations: Readonly<Record<string, string>> = words.relations;
  const task = useTask();
  const granted = guardian.consented_at === null;
  const change = () =>
    task.run(async (signal) => {
      const path = `${address}/${encodeURIComponent(guardian.guardian_id)}/consent`;
      await request(signal, path, { method: "PUT", json: { granted } });
      onChange();
    });
  return (
    <li>
      <p class="entry-head">
        {guardian.name}
        <span class={`badge ${granted ? "over" : ""}`}>{granted ? words.mayNot : words.may}</span>
      </p>
      <p class="small">
        {relations[guardian.relation] ?? guardian.relation}
        {guardian.consented_at && ` · ${words.since(formatDay(guardian.consented_at))}`}
      </p>
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      <button type="button" class="button quiet" disabled={task.running} onClick={change}>
        {granted ? words.allow : words.end}
      </button>
    </li>
  );
}
