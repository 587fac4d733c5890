import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { useTask } from "../app/useTask.ts";
import { useTitle } from "../app/useTitle.ts";
import { useText } from "../i18n/language.tsx";
import { AccessProblem } from "./AccessProblem.tsx";
import { logIn } from "./ceremonies.ts";
import { ObstacleNotice } from "./ObstacleNotice.tsx";
import { PersonalCodeField } from "./PersonalCodeField.tsx";
import { takePageAfterLogin } from "./pageAfterLogin.ts";
import { isPersonalCode } from "./personalCode.ts";
import { useObstacle } from "./useObstacle.ts";

/** Personal code and passkey. Nothing typed here is kept. */
export function LoginPage() {
  const text = useText();
  useTitle(text.login.title);
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
      await logIn(signal, digits);
      route(takePageAfterLogin(), true);
    });
  };

  return (
    <section class="page narrow">
      <h1>{text.login.title}</h1>
      <p>{text.login.lead}</p>
      {obstacle && (
        <ObstacleNotice
          obstacle={obstacle}
          link={`${location.origin}/dang-nhap`}
          lookAgain={lookAgain}
          ignore={ignore}
        />
      )}
      <form onSubmit={submit} noValidate>
        <PersonalCodeField value={digits} onChange={setDigits} wrong={wrong} />
        {task.error !== undefined && <AccessProblem error={task.error} enrolling={false} />}
        <button type="submit" class="button wide" disabled={task.running}>
          {task.running ? text.login.waiting : text.login.submit}
        </button>
      </form>
      <p class="small">{text.login.notRemembered}</p>
      <p class="aside">
        {text.login.noPasskey} <a href="/kich-hoat">{text.login.enrolLink}</a>
      </p>
    </section>
  );
}
