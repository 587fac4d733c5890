import { useCallback, useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { STAFF } from "../access/door.ts";
import { useLoginWall } from "../access/useLoginWall.ts";
import { request } from "../api/request.ts";
import type { HeldRole, Invitation, People, StaffMe } from "../api/staffTypes.ts";
import { Loading } from "../app/Loading.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useResource } from "../app/useResource.ts";
import { useTitle } from "../app/useTitle.ts";
import { InvitationNotice } from "./InvitationNotice.tsx";
import { InviteForm } from "./InviteForm.tsx";
import { PersonSection } from "./PersonSection.tsx";
import { useStaffWords } from "./words/useStaffWords.ts";

/** What the last invitation came to; a code is shown this once. */
export interface Invited {
  readonly name: string;
  readonly invitation: Invitation | null;
  /** The person may have a passkey already, which ends with the use of this code. */
  readonly renewed: boolean;
}

/** Who is on a school's staff; its clerk invites homeroom teachers here and ends their access. */
export function PeoplePage() {
  const words = useStaffWords();
  useTitle(words.people.title);
  const schoolCode = useRoute().params.school_code ?? "";
  const staff = useResource(
    useCallback(
      (signal: AbortSignal) =>
        Promise.all([
          request<StaffMe>(signal, "/api/staff/me"),
          request<People>(signal, `/api/staff/people?school_code=${encodeURIComponent(schoolCode)}`),
        ]),
      [schoolCode],
    ),
  );
  const [invited, setInvited] = useState<Invited>();
  const leaving = useLoginWall(staff.error, STAFF);
  const show = (next: Invited) => {
    setInvited(next);
    staff.reload();
  };

  const forgetAndReload = () => {
    setInvited(undefined);
    staff.reload();
  };

  if (leaving) return <Loading />;
  return (
    <section class="page card-page">
      <p class="back">
        <a href="/truong">{words.people.back}</a>
      </p>
      <h1>{words.people.title}</h1>
      {invited && <InvitationNotice invited={invited} />}
      {staff.error !== undefined && <ProblemNotice error={staff.error} onRetry={staff.reload} />}
      {!staff.value && staff.error === undefined && <Loading />}
      {staff.value && (
        <PeopleContent
          clerk={staff.value[0].roles.find((held) => held.role === "clerk" && held.school_code === schoolCode)}
          people={staff.value[1]}
          onInvited={show}
          reload={forgetAndReload}
        />
      )}
    </section>
  );
}

interface PeopleContentProps {
  /** The reader's own role here, if they are the one who keeps the list. */
  readonly clerk: HeldRole | undefined;
  readonly people: People;
  readonly onInvited: (invited: Invited) => void;
  readonly reload: () => void;
}

function PeopleContent({ clerk, people, onInvited, reload }: PeopleContentProps) {
  const words = useStaffWords();
  return (
    <>
      {people.people.length === 0 && <p>{words.people.none}</p>}
      <ul class="signatures">
        {people.people.map((person) => (
          <li key={person.person_id}>
            <PersonSection person={person} caredFor={clerk !== undefined} onInvited={onInvited} reload={reload} />
          </li>
        ))}
      </ul>
      {clerk && <InviteForm clerk={clerk} onInvited={onInvited} />}
    </>
  );
}
