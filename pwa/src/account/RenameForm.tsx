import { useState } from "preact/hooks";
import type { Passkey } from "../api/accountTypes.ts";
import { ACCOUNT } from "../api/me.ts";
import { request } from "../api/request.ts";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** As the server has it. */
const MAX_CHARACTERS = 64;

interface RenameFormProps {
  readonly passkey: Passkey;
  readonly onDone: (sentence: string) => void;
  readonly onCancel: () => void;
}

export function RenameForm({ passkey, onDone, onCancel }: RenameFormProps) {
  const words = useWords({ vi, en }).passkeys;
  const [name, setName] = useState(passkey.name);
  const task = useTask();
  const field = `name-${passkey.passkey_id}`;

  const rename = (event: Event) => {
    event.preventDefault();
    const wanted = name.trim();
    if (!wanted) return;
    task.run(async (signal) => {
      const address = `${ACCOUNT}/passkeys/${encodeURIComponent(passkey.passkey_id)}`;
      await request<void>(signal, address, { method: "PATCH", json: { name: wanted } });
      onCancel();
      onDone(words.renamed(wanted));
    });
  };
  return (
    <form onSubmit={rename} noValidate>
      <div class="field">
        <label for={field}>{words.newName}</label>
        <input
          id={field}
          type="text"
          autocomplete="off"
          maxLength={MAX_CHARACTERS}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      <div class="row">
        <button type="submit" class="button" disabled={task.running || !name.trim()}>
          {words.renameNow}
        </button>
        <button type="button" class="button quiet" onClick={onCancel}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}
