import { useCallback } from "preact/hooks";
import type { Account } from "../api/accountTypes.ts";
import { ACCOUNT } from "../api/me.ts";
import { request } from "../api/request.ts";
import { useResource } from "../app/useResource.ts";
import { NoticeList } from "./NoticeList.tsx";

/** What has happened to the account, where its owner looks first; silent when it cannot be asked. */
export function AccountNews() {
  const account = useResource(useCallback((signal: AbortSignal) => request<Account>(signal, ACCOUNT), []));
  return account.value ? <NoticeList notices={account.value.notices} onSeen={account.reload} /> : null;
}
