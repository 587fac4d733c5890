import { useState } from "preact/hooks";
import { request } from "../api/request.ts";
import type { Invitation, Person } from "../api/staffTypes.ts";
import { Notice } from "../app/Notice.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { formatDay } from "../format/formatInstant.ts";
import type { Invited } from "./PeoplePage.tsx";
import { TextField } from "./TextField.tsx";
import { useStaffWords } from "./words/useStaffWords.ts";

interface PersonSectionProps {
  readonly person: Person;
  /** Whether the reader may act on homeroom teachers here; the server decides all the same. */
  readonly caredFor: boolean;
  readonly onInvited: (invited: Invited) => void;
  readonly reload: () => void;
}

/** One of the staff: as what, whether they have activated, and what can be done about it. */
export function PersonSection({ person, caredFor, onInvited, reload }: PersonSectionProps) {
  const words = useStaffWords();
  const [leaving, setLeaving] = useState(false);
  const task = useTask();
  const inForce = person.roles.filter((held) => held.in_force);
  const mayAct = caredFor && !person.deactivated_at && inForce.every((held) => held.role === "homeroom_teacher");
  const address = `/api/staff/people/${person.person_id}`;

  const newCode = () =>
    task.run(async (signal) => {
      const invitation = await request<Invitation>(signal, `${address}/invitation`, { method: "POST" });
      window.scrollTo(0, 0);
      onInvited({ name: person.name, invitation, renewed: true });
    });

  return (
    <>
      <span class="signature-name">{person.name}</span>
      <span class="small">{inForce.length > 0 ? inForce.map(roleOf).join("; ") : words.people.roleEnded}</span>
      <span class="small">{standing()}</span>
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      {mayAct && inForce.length > 0 && !leaving && (
        <div class="row">
          <button type="button" class="button quiet" disabled={task.running} onClick={newCode}>
            {words.people.newCode}
          </button>
          <button type="button" class="button quiet" onClick={() => setLeaving(true)}>
            {words.people.leave}
          </button>
        </div>
      )}
      {leaving && <LeaveForm person={person} address={address} reload={reload} close={() => setLeaving(false)} />}
    </>
  );

  function roleOf(held: Person["roles"][number]): string {
    const place = held.class_group && words.classGroup(held.class_group);
    return [words.roles[held.role], place, held.on_behalf && words.onBehalf].filter(Boolean).join(", ");
  }

  function standing(): string {
    if (person.deactivated_at) return words.people.deactivated(formatDay(person.deactivated_at));
    if (person.enrolled) return words.people.enrolled;
    return person.invited_until ? words.people.invitedUntil(formatDay(person.invited_until)) : words.people.notEnrolled;
  }
}

interface LeaveFormProps {
  readonly person: Person;
  readonly address: string;
  readonly reload: () => void;
  readonly close: () => void;
}

/** Ends a person's access, with the reason that stays on record. */
function LeaveForm({ person, address, reload, close }: LeaveFormProps) {
  const words = useStaffWords();
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const task = useTask();

  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    if (!reason.trim()) return;
    task.run(async (signal) => {
      await request<void>(signal, `${address}/deactivation`, { method: "POST", json: { reason: reason.trim() } });
      reload();
    });
  };

  return (
    <form onSubmit={submit} noValidate>
      <Notice kind="warning">
        <p>{words.people.leaveText(person.name)}</p>
        <TextField
          id={`reason-${person.person_id}`}
          label={words.people.reason}
          wrong={checked && !reason.trim() ? words.people.reasonWrong : undefined}
          value={reason}
          onChange={setReason}
        />
        {task.error !== undefined && <ProblemNotice error={task.error} />}
        <div class="row">
          <button type="submit" class="button" disabled={task.running}>
            {words.people.leaveYes}
          </button>
          <button type="button" class="button quiet" onClick={close}>
            {words.people.leaveNo}
          </button>
        </div>
      </Notice>
    </form>
  );
}
