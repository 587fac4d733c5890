import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { useTask } from "../app/useTask.ts";
import { useTitle } from "../app/useTitle.ts";
import type { Dictionary } from "../i18n/dictionary.ts";
import { useText } from "../i18n/language.tsx";
import { AccessProblem } from "./AccessProblem.tsx";
import { logIn } from "./ceremonies.ts";
import { type Door, PARENTS } from "./door.ts";
import { ObstacleNotice } from "./ObstacleNotice.tsx";
import { PersonalCodeField } from "./PersonalCodeField.tsx";
import { takePageAfterLogin } from "./pageAfterLogin.ts";
import { isPersonalCode } from "./personalCode.ts";
import { useObstacle } from "./useObstacle.ts";

/** A parent's login. */
export function LoginPage() {
  return <Login door={PARENTS} words={useText().login} />;
}

/** Personal code and passkey. Nothing typed here is kept. */
export function Login({ door, words }: { readonly door: Door; readonly words: Dictionary["login"] }) {
  useTitle(words.title);
  const { route } = useLocation();
  const { obstacle, lookAgain, ignore } = useObstacle();
  const [digits, setDigits] = useState("");
  const [wrong, setWrong] = useState(false);
  const task = useTask();

  const submit = (event: Event) => {
    event.preventDefault();
    setWrong(!isPersonalCode(digits));
    if (!isPersonalCode(digits)) return;
    task.run(async (signal) => {
      await logIn(signal, door, digits);
      route(takePageAfterLogin(door), true);
    });
  };

  return (
    <section class="page narrow">
      <h1>{words.title}</h1>
      <p>{words.lead}</p>
      {obstacle && (
        <ObstacleNotice
          obstacle={obstacle}
          link={`${location.origin}${door.login}`}
          lookAgain={lookAgain}
          ignore={ignore}
        />
      )}
      <form onSubmit={submit} noValidate>
        <PersonalCodeField value={digits} onChange={setDigits} wrong={wrong} hint={words.personalCodeHint} />
        {task.error !== undefined && <AccessProblem error={task.error} enrolling={false} />}
        <button type="submit" class="button wide" disabled={task.running}>
          {task.running ? words.waiting : words.submit}
        </button>
      </form>
      <p class="small">{words.notRemembered}</p>
      <p class="aside">
        {words.noPasskey} <a href={door.enrol}>{words.enrolLink}</a>
      </p>
    </section>
  );
}
