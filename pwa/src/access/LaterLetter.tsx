import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { request } from "../api/request.ts";
import { Notice } from "../app/Notice.tsx";
import { useTask } from "../app/useTask.ts";
import { useTitle } from "../app/useTitle.ts";
import { AccessProblem } from "./AccessProblem.tsx";
import { ActivationCodeField } from "./ActivationCodeField.tsx";
import { parseActivationCode } from "./activationCode.ts";
import { PARENTS } from "./door.ts";
import { useAccessWords } from "./words/useAccessWords.ts";

interface LaterLetterProps {
  /** Whose session it is. */
  readonly name: string;
  /** The code of the letter's link, or empty. */
  readonly scanned: string;
  /** The reader wants an account of their own. */
  readonly enrolAnother: () => void;
}

/** A letter for another child, opened by a parent who is logged in: no second passkey, no second account. */
export function LaterLetter({ name, scanned, enrolAnother }: LaterLetterProps) {
  const { enrol, laterLetter: words } = useAccessWords();
  useTitle(words.title);
  const { route } = useLocation();
  const task = useTask();
  const [code, setCode] = useState(scanned);
  const [wrong, setWrong] = useState(false);
  const [waiting, setWaiting] = useState(false);
  useEffect(() => setCode(scanned), [scanned]);

  const add = (event: Event) => {
    event.preventDefault();
    const activationCode = parseActivationCode(code);
    setWrong(!activationCode);
    if (!activationCode) return;
    task.run(async (signal) => {
      const taken = await request<{ state: "added" | "waiting" }>(signal, "/api/account/letters", {
        method: "POST",
        json: { activation_code: activationCode },
      });
      if (taken.state === "added") route(PARENTS.home, true);
      else setWaiting(true);
    });
  };

  return (
    <section class="page narrow">
      <h1>{words.title}</h1>
      {waiting ? (
        <>
          <Notice kind="warning" title={words.waitingTitle}>
            <p role="status">{words.waitingText}</p>
          </Notice>
          <a class="button wide" href={PARENTS.home}>
            {words.back}
          </a>
        </>
      ) : (
        <>
          <p>{words.lead(name)}</p>
          <form onSubmit={add} noValidate>
            <ActivationCodeField
              words={enrol}
              value={code}
              onChange={setCode}
              wrong={wrong}
              scanned={scanned !== "" && scanned === code}
            />
            {task.error !== undefined && <AccessProblem error={task.error} enrolling={false} />}
            <button type="submit" class="button wide" disabled={task.running}>
              {task.running ? words.adding : words.add}
            </button>
          </form>
          <div class="aside">
            <p class="small">{words.notMe}</p>
            <button type="button" class="button quiet" onClick={enrolAnother}>
              {words.otherAccount}
            </button>
          </div>
        </>
      )}
    </section>
  );
}
