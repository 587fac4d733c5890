import { useCallback, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { Loading } from "../app/Loading.tsx";
import { useTask } from "../app/useTask.ts";
import { useTitle } from "../app/useTitle.ts";
import { AccessProblem } from "./AccessProblem.tsx";
import { logIn } from "./ceremonies.ts";
import { type Door, PARENTS } from "./door.ts";
import { ObstacleNotice } from "./ObstacleNotice.tsx";
import { PersonalCodeField } from "./PersonalCodeField.tsx";
import { takePageAfterLogin } from "./pageAfterLogin.ts";
import { isPersonalCode } from "./personalCode.ts";
import { useObstacle } from "./useObstacle.ts";
import { usePasskeyOffer } from "./usePasskeyOffer.ts";
import { useAccessWords } from "./words/useAccessWords.ts";
import type { AccessWords } from "./words/vi.ts";

/** A parent's login. */
export function LoginPage() {
  return <Login door={PARENTS} words={useAccessWords().login} />;
}

/** The passkey alone, or the personal code and the passkey. Nothing typed here is kept. */
export function Login({ door, words }: { readonly door: Door; readonly words: AccessWords["login"] }) {
  useTitle(words.title);
  const { route } = useLocation();
  const { passkeyAlone } = useAccessWords();
  const { looked, obstacle, lookAgain, ignore } = useObstacle();
  const task = useTask();
  const enter = useCallback(() => route(takePageAfterLogin(door), true), [door, route]);
  const offer = usePasskeyOffer(door, looked && door.passkeyAlone && !task.running, enter);
  const error = task.error ?? offer.error;
  const busy = task.running || offer.chosen;
  const [typed, setTyped] = useState(false);
  const problem = error !== undefined && <AccessProblem error={error} enrolling={false} />;
  const belowForm = typed || !door.passkeyAlone;

  const show = (personalCode: string | null) => {
    setTyped(personalCode !== null);
    task.run(async (signal) => {
      await logIn(signal, door, personalCode);
      enter();
    });
  };

  if (!looked) return <Loading />;
  return (
    <section class="page narrow">
      <h1>{words.title}</h1>
      {!door.passkeyAlone && <p>{words.lead}</p>}
      {obstacle && (
        <ObstacleNotice
          obstacle={obstacle}
          link={`${location.origin}${door.login}`}
          lookAgain={lookAgain}
          ignore={ignore}
        />
      )}
      {door.passkeyAlone && <PasskeyAlone busy={busy} show={() => show(null)} />}
      {!belowForm && problem}
      {door.passkeyAlone && <h2>{passkeyAlone.otherwise}</h2>}
      <CodeForm door={door} words={words} busy={busy} show={show} />
      {belowForm && problem}
      <p class="small">{words.notRemembered}</p>
      <p class="aside">
        {words.noPasskey} <a href={door.enrol}>{words.enrolLink}</a>
        {door.passkeyAlone && <LostPhone />}
      </p>
    </section>
  );
}

/** One tap, nothing to type. */
function PasskeyAlone({ busy, show }: { readonly busy: boolean; readonly show: () => void }) {
  const { login, passkeyAlone: words } = useAccessWords();
  return (
    <>
      <p>{words.lead}</p>
      <button type="button" class="button wide" disabled={busy} onClick={show}>
        {busy ? login.waiting : words.show}
      </button>
    </>
  );
}

interface CodeFormProps {
  readonly door: Door;
  readonly words: AccessWords["login"];
  readonly busy: boolean;
  readonly show: (personalCode: string) => void;
}

function CodeForm({ door, words, busy, show }: CodeFormProps) {
  const [digits, setDigits] = useState("");
  const [wrong, setWrong] = useState(false);

  const submit = (event: Event) => {
    event.preventDefault();
    setWrong(!isPersonalCode(digits));
    if (isPersonalCode(digits)) show(digits);
  };
  return (
    <form onSubmit={submit} noValidate>
      <PersonalCodeField
        value={digits}
        onChange={setDigits}
        wrong={wrong}
        hint={words.personalCodeHint}
        offersPasskeys={door.passkeyAlone}
      />
      <button type="submit" class={door.passkeyAlone ? "button quiet wide" : "button wide"} disabled={busy}>
        {busy ? words.waiting : words.submit}
      </button>
    </form>
  );
}

function LostPhone() {
  const words = useAccessWords().passkeyAlone;
  return (
    <>
      <br />
      {words.lostPhone} <a href="/tro-giup#mat-dien-thoai">{words.lostPhoneLink}</a>
    </>
  );
}
