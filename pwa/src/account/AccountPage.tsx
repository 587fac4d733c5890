import { useCallback } from "preact/hooks";
import { useLocation } from "preact-iso";
import { logOut } from "../access/ceremonies.ts";
import { PARENTS } from "../access/door.ts";
import { useLoginWall } from "../access/useLoginWall.ts";
import { WaitingForSchool } from "../access/WaitingForSchool.tsx";
import type { Account } from "../api/accountTypes.ts";
import { ACCOUNT } from "../api/me.ts";
import { request } from "../api/request.ts";
import { Loading } from "../app/Loading.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useResource } from "../app/useResource.ts";
import { useTask } from "../app/useTask.ts";
import { useTitle } from "../app/useTitle.ts";
import { useWords } from "../i18n/useWords.ts";
import { DeleteAccount } from "../requests/DeleteAccount.tsx";
import { ExportSection } from "../requests/ExportSection.tsx";
import { NoticeList } from "./NoticeList.tsx";
import { PasskeySection } from "./PasskeySection.tsx";
import { PersonalCodeSection } from "./PersonalCodeSection.tsx";
import { SessionSection } from "./SessionSection.tsx";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** What is the parent's own: passkeys, devices, what has happened to the account. */
export function AccountPage() {
  const words = useWords({ vi, en });
  useTitle(words.title);
  const account = useResource(useCallback((signal: AbortSignal) => request<Account>(signal, ACCOUNT), []));
  const leaving = useLoginWall(account.error);
  if (leaving) return <Loading />;
  return (
    <section class="page account">
      <p class="back">
        <a href={PARENTS.home}>{words.back}</a>
      </p>
      <h1>{words.title}</h1>
      {account.error !== undefined && <ProblemNotice error={account.error} onRetry={account.reload} />}
      {!account.value && account.error === undefined && <Loading />}
      {account.value && <AccountContent account={account.value} reload={account.reload} />}
    </section>
  );
}

function AccountContent({ account, reload }: { readonly account: Account; readonly reload: () => void }) {
  const words = useWords({ vi, en });
  return (
    <>
      <p class="account-owner">
        <strong>{account.name}</strong>
        <br />
        <span class="small">{words.personalCodeEnding(account.personal_code_ending)}</span>
      </p>
      {account.confirmation && <WaitingForSchool confirmation={account.confirmation} lookAgain={reload} />}
      <NoticeList notices={account.notices} onSeen={reload} />
      <PasskeySection passkeys={account.passkeys} onChange={reload} />
      <SessionSection sessions={account.sessions} onChange={reload} />
      {account.confirmation ? (
        // Everybody else finds these beside their requests; who waits for the school has none.
        <>
          <ExportSection />
          <DeleteAccount />
        </>
      ) : (
        <>
          <h2>{words.anotherChild}</h2>
          <p>{words.anotherChildText}</p>
          <a class="button quiet wide" href={PARENTS.enrol}>
            {words.anotherChildLink}
          </a>
          <PersonalCodeSection />
        </>
      )}
      <LogOut />
    </>
  );
}

function LogOut() {
  const words = useWords({ vi, en });
  const { route } = useLocation();
  const task = useTask();
  const leave = () =>
    task.run(async (signal) => {
      await logOut(signal, PARENTS);
      route("/", true);
    });
  return (
    <div class="aside">
      <p class="small">{words.logOutText}</p>
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      <button type="button" class="button wide" disabled={task.running} onClick={leave}>
        {words.logOut}
      </button>
    </div>
  );
}
