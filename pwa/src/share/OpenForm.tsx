import { useState } from "preact/hooks";
import { request } from "../api/request.ts";
import type { SharedCards, ShareOffer } from "../api/sharingTypes.ts";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { ResultList } from "../card/ResultList.tsx";
import { LineField } from "../form/LineField.tsx";
import { formatInstant } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { LIMITS } from "./draft.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface OpenFormProps {
  readonly offer: ShareOffer;
  readonly secret: string;
  readonly onOpened: (cards: SharedCards) => void;
}

/** The receiver reads what the link is for and says who they are: the family will see it. */
export function OpenForm({ offer, secret, onOpened }: OpenFormProps) {
  const text = useText();
  const words = useWords({ vi, en });
  const [name, setName] = useState("");
  const [organisation, setOrganisation] = useState("");
  const [passcode, setPasscode] = useState("");
  const [checked, setChecked] = useState(false);
  const task = useTask();
  const passcodeMissing = offer.needs_passcode && !passcode.trim();

  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    if (!name.trim() || passcodeMissing) return;
    task.run(async (signal) => {
      const json = {
        secret,
        passcode: offer.needs_passcode ? passcode.trim() : null,
        name: name.trim(),
        organisation: organisation.trim(),
      };
      onOpened(await request<SharedCards>(signal, "/api/shared/open", { method: "POST", json }));
      window.scrollTo(0, 0);
    });
  };

  return (
    <form onSubmit={submit} noValidate>
      <ResultList
        rows={[
          [words.forWhom, offer.receiver],
          [words.forWhat, offer.purpose],
          [words.until, formatInstant(offer.expires_at)],
        ]}
      />
      {offer.single_use && <p>{words.openOnce}</p>}
      <p>{words.notForYou}</p>
      <LineField
        label={words.yourName}
        hint={words.yourNameHint}
        wrong={checked && !name.trim() ? words.yourNameWrong : undefined}
        value={name}
        maxLength={LIMITS.receiver}
        onChange={setName}
      />
      <LineField
        label={words.yourOrganisation}
        hint={words.yourOrganisationHint}
        value={organisation}
        maxLength={LIMITS.receiver}
        onChange={setOrganisation}
      />
      {offer.needs_passcode && (
        <LineField
          label={words.openPasscode}
          hint={words.openPasscodeHint}
          wrong={checked && passcodeMissing ? words.openPasscodeWrong : undefined}
          value={passcode}
          maxLength={LIMITS.passcode}
          secret
          onChange={setPasscode}
        />
      )}
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      <button type="submit" class="button wide" disabled={task.running}>
        {task.running ? text.app.loading : words.open}
      </button>
    </form>
  );
}
