import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { ApiError } from "../api/problem.ts";
import { request } from "../api/request.ts";
import type { SharedCards } from "../api/sharingTypes.ts";
import { Loading } from "../app/Loading.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useResource } from "../app/useResource.ts";

interface OpenedBeforeProps {
  readonly onOpened: (cards: SharedCards) => void;
  /** Shown when the half hour is over. */
  readonly children: ComponentChildren;
}

/** The page was loaded anew: what this tab has opened is seen again without opening it again. */
export function OpenedBefore({ onOpened, children }: OpenedBeforeProps) {
  const opened = useResource(loadAgain);
  const { value } = opened;
  useEffect(() => {
    if (value) onOpened(value);
  }, [value, onOpened]);
  if (opened.error instanceof ApiError && opened.error.status === 401) return <>{children}</>;
  if (opened.error !== undefined) return <ProblemNotice error={opened.error} onRetry={opened.reload} />;
  return <Loading />;
}

function loadAgain(signal: AbortSignal): Promise<SharedCards> {
  return request<SharedCards>(signal, "/api/shared/cards");
}
