import { useState } from "preact/hooks";
import { isPersonalCode, keepDigits } from "../access/personalCode.ts";
import { request } from "../api/request.ts";
import type { HeldRole, InvitedPerson } from "../api/staffTypes.ts";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { useText } from "../i18n/language.tsx";
import type { Invited } from "./PeoplePage.tsx";
import { TextField } from "./TextField.tsx";
import { useStaffWords } from "./words/useStaffWords.ts";

interface InviteFormProps {
  /** The inviter's own role: it says for which school and year. */
  readonly clerk: HeldRole;
  readonly onInvited: (invited: Invited) => void;
}

/** Name, number and class of a homeroom teacher; the answer is a code to hand over. */
export function InviteForm({ clerk, onInvited }: InviteFormProps) {
  const text = useText();
  const words = useStaffWords();
  const [name, setName] = useState("");
  const [digits, setDigits] = useState("");
  const [classGroup, setClassGroup] = useState("");
  const [checked, setChecked] = useState(false);
  const task = useTask();
  const wrongUnless = (right: boolean, sentence: string) => (checked && !right ? sentence : undefined);

  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    if (!name.trim() || !isPersonalCode(digits) || !classGroup.trim()) return;
    const role = {
      role: "homeroom_teacher",
      school_code: clerk.school_code,
      school_year: clerk.school_year,
      class_group: classGroup.trim(),
      on_behalf: false,
    };
    task.run(async (signal) => {
      const json = { name: name.trim(), personal_code: digits, role };
      const invited = await request<InvitedPerson>(signal, "/api/staff/people", { method: "POST", json });
      window.scrollTo(0, 0);
      onInvited({ name: invited.name, invitation: invited.invitation, renewed: false });
    });
  };

  return (
    <form onSubmit={submit} noValidate>
      <h2>{words.people.inviteTitle}</h2>
      <TextField
        id="invited-name"
        label={words.people.name}
        wrong={wrongUnless(name.trim() !== "", words.people.nameWrong)}
        value={name}
        onChange={setName}
      />
      <TextField
        id="invited-personal-code"
        label={words.people.personalCode}
        hint={words.people.personalCodeHint}
        wrong={wrongUnless(isPersonalCode(digits), words.people.personalCodeWrong)}
        value={digits}
        numeric
        onChange={(typed) => setDigits(keepDigits(typed))}
      />
      <TextField
        id="invited-class"
        label={words.people.classGroup}
        hint={words.people.classGroupHint(clerk.school_year ?? "")}
        wrong={wrongUnless(classGroup.trim() !== "", words.people.classGroupWrong)}
        value={classGroup}
        onChange={setClassGroup}
      />
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      <button type="submit" class="button wide" disabled={task.running}>
        {task.running ? text.app.loading : words.people.invite}
      </button>
    </form>
  );
}
