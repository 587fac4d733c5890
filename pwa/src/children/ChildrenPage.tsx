import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { logOut } from "../access/ceremonies.ts";
import { PARENTS } from "../access/door.ts";
import { useLoginWall } from "../access/useLoginWall.ts";
import { WaitingForSchool } from "../access/WaitingForSchool.tsx";
import { AccountNews } from "../account/AccountNews.tsx";
import { ME } from "../api/me.ts";
import type { Me } from "../api/types.ts";
import { Loading } from "../app/Loading.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { useTitle } from "../app/useTitle.ts";
import { cardAddress } from "../card/cardAddress.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { KeptNotice } from "../offline/KeptNotice.tsx";
import { readings } from "../offline/readings.ts";
import { useReading } from "../offline/useReading.ts";
import { ChildList } from "./ChildList.tsx";
import { OfAge } from "./ComingOfAge.tsx";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** The parent's children and their cards, newest first. */
export function ChildrenPage() {
  const text = useText();
  const words = useWords({ vi, en });
  const { route } = useLocation();
  const me = useReading<Me>(ME);
  const title = me.value && isPupilAlone(me.value) ? words.ownTitle : text.children.title;
  useTitle(title);
  const leaving = useLoginWall(me.error);
  const logout = useTask();

  useEffect(() => {
    if (me.value && me.readAt === undefined) readings.forgetAllBut(readableAddresses(me.value));
  }, [me.value, me.readAt]);

  const leave = () =>
    logout.run(async (signal) => {
      await logOut(signal, PARENTS);
      route("/", true);
    });

  if (leaving) return <Loading />;
  return (
    <section class="page">
      <h1>{title}</h1>
      {me.error !== undefined && <ProblemNotice error={me.error} onRetry={me.reload} />}
      {!me.value && me.error === undefined && <Loading />}
      {me.readAt !== undefined && <KeptNotice readAt={me.readAt} onRetry={me.reload} />}
      {me.value && (
        <>
          <div class="row spread">
            <p class="hello">{text.children.hello(me.value.name)}</p>
            <button type="button" class="button quiet" disabled={logout.running} onClick={leave}>
              {text.children.logout}
            </button>
          </div>
          {logout.error !== undefined && <ProblemNotice error={logout.error} />}
          {me.value.confirmation && <WaitingForSchool confirmation={me.value.confirmation} lookAgain={me.reload} />}
          {me.readAt === undefined && <AccountNews />}
          {isEmpty(me.value) && <p>{text.children.none}</p>}
          <OfAge me={me.value} />
          <ChildList pupils={me.value.children} />
        </>
      )}
    </section>
  );
}

/** Nothing is here, and nothing else on the page says why. */
function isEmpty(me: Me): boolean {
  return me.children.length === 0 && !me.confirmation && !me.own_from && !me.grown?.length;
}

/** The reader is a pupil who reads their own cards, or will from their birthday on, and is nobody's parent. */
function isPupilAlone(me: Me): boolean {
  return me.children.length > 0 ? me.children.every((pupil) => pupil.own) : Boolean(me.own_from);
}

/** What may stay on this device: the list itself and the cards that are on it today. */
function readableAddresses(me: Me): string[] {
  return [ME, ...me.children.flatMap((child) => child.cards.map((card) => cardAddress(card.record_id)))];
}
