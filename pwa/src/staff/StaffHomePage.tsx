import { useLocation } from "preact-iso";
import { logOut } from "../access/ceremonies.ts";
import { STAFF } from "../access/door.ts";
import { useLoginWall } from "../access/useLoginWall.ts";
import { request } from "../api/request.ts";
import type { Batches, SigningLists, StaffMe } from "../api/staffTypes.ts";
import { Loading } from "../app/Loading.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useResource } from "../app/useResource.ts";
import { useTask } from "../app/useTask.ts";
import { useTitle } from "../app/useTitle.ts";
import { BatchLink } from "./BatchLink.tsx";
import { confirmedOf } from "./batchProgress.ts";
import { forgetChosen } from "./chosenCards.ts";
import { forgetPlaces } from "./listPlace.ts";
import { RolesSection } from "./RolesSection.tsx";
import { SigningListLink } from "./SigningListLink.tsx";
import { useStaffWords } from "./words/useStaffWords.ts";

const SHOWN_BATCHES = 5;

interface Desk {
  readonly me: StaffMe;
  readonly lists: SigningLists;
  readonly batches: Batches;
}

async function loadDesk(signal: AbortSignal): Promise<Desk> {
  const [me, lists, batches] = await Promise.all([
    request<StaffMe>(signal, "/api/staff/me"),
    request<SigningLists>(signal, "/api/staff/signing-lists"),
    request<Batches>(signal, "/api/staff/batches"),
  ]);
  return { me, lists, batches };
}

/** What waits for the one who is logged in, what they signed lately, and as what they are here. */
export function StaffHomePage() {
  const words = useStaffWords();
  useTitle(words.home.title);
  const { route } = useLocation();
  const desk = useResource(loadDesk);
  const leaving = useLoginWall(desk.error, STAFF);
  const logout = useTask();

  const leave = () =>
    logout.run(async (signal) => {
      await logOut(signal, STAFF);
      forgetChosen();
      forgetPlaces();
      route("/", true);
    });

  if (leaving) return <Loading />;
  return (
    <section class="page">
      <h1>{words.home.title}</h1>
      {desk.error !== undefined && <ProblemNotice error={desk.error} onRetry={desk.reload} />}
      {!desk.value && desk.error === undefined && <Loading />}
      {desk.value && (
        <>
          <div class="row spread">
            <p class="hello">{words.home.hello(desk.value.me.name)}</p>
            <button type="button" class="button quiet" disabled={logout.running} onClick={leave}>
              {words.home.logout}
            </button>
          </div>
          {logout.error !== undefined && <ProblemNotice error={logout.error} />}
          <DeskContent desk={desk.value} />
        </>
      )}
    </section>
  );
}

function DeskContent({ desk }: { readonly desk: Desk }) {
  const words = useStaffWords();
  const shown = confirmedOf(desk.batches.batches).slice(0, SHOWN_BATCHES);
  return (
    <>
      <h2>{words.home.lists}</h2>
      {desk.lists.lists.length === 0 && <p>{words.home.noLists}</p>}
      <ul class="cards">
        {desk.lists.lists.map((list) => (
          <li key={list.role_id}>
            <SigningListLink list={list} />
          </li>
        ))}
      </ul>
      {shown.length > 0 && (
        <>
          <h2>{words.home.batches}</h2>
          <ul class="cards">
            {shown.map((batch) => (
              <li key={batch.batch_id}>
                <BatchLink batch={batch} />
              </li>
            ))}
          </ul>
        </>
      )}
      <RolesSection me={desk.me} />
      {desk.me.manages_schools.map((code) => (
        <p key={code} class="aside">
          <a href={`/truong/can-bo/${encodeURIComponent(code)}`}>
            {words.people.link}
            {desk.me.manages_schools.length > 1 && ` (${code})`}
          </a>
        </p>
      ))}
    </>
  );
}
