import { useCallback, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { useLoginWall } from "../access/useLoginWall.ts";
import { loadMe } from "../api/me.ts";
import { request } from "../api/request.ts";
import type { Requests } from "../api/rightsTypes.ts";
import type { Me } from "../api/types.ts";
import { Loading } from "../app/Loading.tsx";
import { Notice } from "../app/Notice.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useResource } from "../app/useResource.ts";
import { useTitle } from "../app/useTitle.ts";
import { useWords } from "../i18n/useWords.ts";
import { DeleteAccount } from "./DeleteAccount.tsx";
import { ExportSection } from "./ExportSection.tsx";
import { NewRequest } from "./NewRequest.tsx";
import { RequestEntry } from "./RequestEntry.tsx";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** What a parent may ask about the data, what was asked, and what has become of it. */
export function RequestsPage() {
  const words = useWords({ vi, en });
  useTitle(words.title);
  const { query } = useLocation();
  const asked = useResource(loadPage);
  const leaving = useLoginWall(asked.error);
  const reload = asked.reload;
  const [sent, setSent] = useState(0);
  const made = useCallback(() => {
    setSent((count) => count + 1);
    reload();
    window.scrollTo(0, 0);
  }, [reload]);

  if (leaving) return <Loading />;
  return (
    <section class="page">
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      {asked.error !== undefined && <ProblemNotice error={asked.error} onRetry={reload} />}
      {!asked.value && asked.error === undefined && <Loading />}
      {asked.value && (
        <>
          <h2>{words.sent}</h2>
          {sent > 0 && (
            <Notice kind="done">
              <p role="status">{words.sentNow}</p>
            </Notice>
          )}
          {asked.value.requests.length === 0 && <p class="small">{words.none}</p>}
          <ul class="entries">
            {asked.value.requests.map((one) => (
              <RequestEntry
                key={one.request_id}
                request={one}
                pupils={asked.value?.me.children ?? []}
                onChange={reload}
              />
            ))}
          </ul>
          <NewRequest
            key={sent}
            pupils={asked.value.me.children}
            recordId={sent === 0 ? query["hoc-ba"] : undefined}
            pupilId={query["hoc-sinh"]}
            field={sent === 0 ? query.muc : undefined}
            onMade={made}
          />
          <ExportSection />
          <DeleteAccount />
        </>
      )}
    </section>
  );
}

async function loadPage(signal: AbortSignal): Promise<Requests & { readonly me: Me }> {
  const [found, me] = await Promise.all([request<Requests>(signal, "/api/requests"), loadMe(signal)]);
  return { ...found, me };
}
