import { useState } from "preact/hooks";
import { AccessProblem } from "../access/AccessProblem.tsx";
import { type CreationOptions, makePasskey } from "../access/ceremonies.ts";
import { describeDevice } from "../access/describeDevice.ts";
import { useStepUp } from "../access/useStepUp.tsx";
import { useAccessWords } from "../access/words/useAccessWords.ts";
import type { Passkey } from "../api/accountTypes.ts";
import { ACCOUNT } from "../api/me.ts";
import { request } from "../api/request.ts";
import { Dialog } from "../app/Dialog.tsx";
import { Notice } from "../app/Notice.tsx";
import { useTask } from "../app/useTask.ts";
import { formatDay, formatInstant } from "../format/formatInstant.ts";
import { useWords } from "../i18n/useWords.ts";
import { RenameForm } from "./RenameForm.tsx";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface PasskeySectionProps {
  readonly passkeys: readonly Passkey[];
  readonly onChange: () => void;
}

/** Every passkey of the account by name; one more is made on this very device. */
export function PasskeySection({ passkeys, onChange }: PasskeySectionProps) {
  const words = useWords({ vi, en }).passkeys;
  const [done, setDone] = useState("");
  const finish = (sentence: string) => {
    setDone(sentence);
    onChange();
  };
  return (
    <section aria-labelledby="passkeys">
      <h2 id="passkeys">{words.title}</h2>
      <p>
        {words.text} <a href="/tro-giup#khoa">{words.whatIsIt}</a>
      </p>
      {done && (
        <Notice kind="done">
          <p role="status">{done}</p>
        </Notice>
      )}
      <ul class="things">
        {passkeys.map((passkey) => (
          <li key={passkey.passkey_id}>
            <PasskeyItem passkey={passkey} only={passkeys.length === 1} onDone={finish} />
          </li>
        ))}
      </ul>
      <AddPasskey onDone={finish} />
    </section>
  );
}

interface PasskeyItemProps {
  readonly passkey: Passkey;
  readonly only: boolean;
  readonly onDone: (sentence: string) => void;
}

function PasskeyItem({ passkey, only, onDone }: PasskeyItemProps) {
  const words = useWords({ vi, en }).passkeys;
  const [asked, setAsked] = useState<"rename" | "remove">();
  return (
    <>
      <p class="thing-name">
        {passkey.name}
        {passkey.current && <span class="badge">{words.current}</span>}
      </p>
      <p class="small">
        {words.registered(formatDay(passkey.registered_at))}
        {passkey.last_used_at && ` · ${words.lastUsed(formatInstant(passkey.last_used_at))}`}
        <br />
        {passkey.backed_up ? words.backedUp : words.onlyHere}
      </p>
      {asked === "rename" ? (
        <RenameForm passkey={passkey} onDone={onDone} onCancel={() => setAsked(undefined)} />
      ) : (
        <div class="row">
          <button type="button" class="button quiet" onClick={() => setAsked("rename")}>
            {words.rename}
            <span class="visually-hidden">: {passkey.name}</span>
          </button>
          {!only && (
            <button type="button" class="button quiet" onClick={() => setAsked("remove")}>
              {words.remove}
              <span class="visually-hidden">: {passkey.name}</span>
            </button>
          )}
        </div>
      )}
      {only && <p class="hint">{words.lastOne}</p>}
      {asked === "remove" && <RemovePasskey passkey={passkey} onDone={onDone} onCancel={() => setAsked(undefined)} />}
    </>
  );
}

interface RemovePasskeyProps {
  readonly passkey: Passkey;
  readonly onDone: (sentence: string) => void;
  readonly onCancel: () => void;
}

function RemovePasskey({ passkey, onDone, onCancel }: RemovePasskeyProps) {
  const words = useWords({ vi, en }).passkeys;
  const { guard, dialog } = useStepUp();
  const task = useTask();
  const remove = () =>
    task.run(async (signal) => {
      const address = `${ACCOUNT}/passkeys/${encodeURIComponent(passkey.passkey_id)}`;
      await guard(signal, () => request<void>(signal, address, { method: "DELETE" }));
      onCancel();
      onDone(words.removed(passkey.name));
    });
  return (
    <Dialog title={words.removeTitle(passkey.name)} onCancel={onCancel}>
      <p>{passkey.current ? words.removeCurrentText : words.removeText}</p>
      {task.error !== undefined && <AccessProblem error={task.error} enrolling={false} />}
      <button type="button" class="button wide" disabled={task.running} onClick={remove}>
        {words.removeNow}
      </button>
      <button type="button" class="button quiet wide" onClick={onCancel}>
        {words.cancel}
      </button>
      {dialog}
    </Dialog>
  );
}

function AddPasskey({ onDone }: { readonly onDone: (sentence: string) => void }) {
  const { enrol } = useAccessWords();
  const words = useWords({ vi, en }).passkeys;
  const { guard, dialog } = useStepUp();
  const task = useTask();
  const add = () =>
    task.run(async (signal) => {
      const begin = () =>
        request<{ public_key: CreationOptions }>(signal, `${ACCOUNT}/passkeys/begin`, { method: "POST" });
      const begun = await guard(signal, begin);
      const credential = await makePasskey(begun.public_key);
      const { browser, device } = describeDevice(navigator.userAgent);
      const name = enrol.passkeyName(browser, device);
      await request<Passkey>(signal, `${ACCOUNT}/passkeys/finish`, { method: "POST", json: { credential, name } });
      onDone(words.added(name));
    });
  return (
    <>
      {task.error !== undefined && <AccessProblem error={task.error} enrolling already={words.already} />}
      <button type="button" class="button quiet wide" disabled={task.running} onClick={add}>
        {task.running ? words.adding : words.add}
      </button>
      <p class="hint">{words.addHint}</p>
      {dialog}
    </>
  );
}
