import { useCallback } from "preact/hooks";
import { request } from "../api/request.ts";
import { useResource } from "../app/useResource.ts";
import { NoticeList } from "./NoticeList.tsx";
import { ACCOUNT, type Account } from "./wire.ts";

/** What has happened to the account, where its owner looks first; silent when it cannot be asked. */
export function AccountNews() {
  const account = useResource(useCallback((signal: AbortSignal) => request<Account>(signal, ACCOUNT), []));
  return account.value ? <NoticeList notices={account.value.notices} onSeen={account.reload} /> : null;
}
