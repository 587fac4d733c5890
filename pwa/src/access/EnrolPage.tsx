import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { loadMe } from "../api/me.ts";
import { ApiError } from "../api/problem.ts";
import { Loading } from "../app/Loading.tsx";
import { useResource } from "../app/useResource.ts";
import { useTask } from "../app/useTask.ts";
import { useTitle } from "../app/useTitle.ts";
import { useText } from "../i18n/language.tsx";
import { readings } from "../offline/readings.ts";
import { AccessProblem } from "./AccessProblem.tsx";
import { ActivationCodeField } from "./ActivationCodeField.tsx";
import { parseActivationCode } from "./activationCode.ts";
import { beginEnrolment, type CreationOptions, finishEnrolment, makePasskey } from "./ceremonies.ts";
import { describeDevice } from "./describeDevice.ts";
import { type Door, PARENTS } from "./door.ts";
import { isWall } from "./findObstacle.ts";
import { LaterLetter } from "./LaterLetter.tsx";
import { ObstacleNotice } from "./ObstacleNotice.tsx";
import { PersonalCodeField } from "./PersonalCodeField.tsx";
import { isPersonalCode } from "./personalCode.ts";
import { useObstacle } from "./useObstacle.ts";
import { useCodeInAddress, useScannedCode } from "./useScannedCode.ts";
import { useAccessWords } from "./words/useAccessWords.ts";
import type { AccessWords } from "./words/vi.ts";

/** A parent's first time, or a letter for another child of a parent who is logged in. */
export function EnrolPage() {
  const { enrol, login } = useAccessWords();
  const scanned = useScannedCode();
  const [enrolsAnother, setEnrolsAnother] = useState(false);
  const owner = useResource(findOwner);
  if (!owner.value && owner.error === undefined) return <Loading />;
  if (owner.value?.name && !enrolsAnother) {
    return <LaterLetter name={owner.value.name} scanned={scanned} enrolAnother={() => setEnrolsAnother(true)} />;
  }
  return <Enrolment door={PARENTS} words={enrol} personalCodeHint={login.personalCodeHint} scanned={scanned} />;
}

/** Whose session there is in this browser; nobody is asked where none is known of. */
async function findOwner(signal: AbortSignal): Promise<{ readonly name: string }> {
  if (!(await readings.isOpen())) return { name: "" };
  return loadMe(signal);
}

interface EnrolmentProps {
  readonly door: Door;
  readonly words: AccessWords["enrol"];
  readonly personalCodeHint: string;
  /** The code of the letter's link, or empty. */
  readonly scanned: string;
}

/**
 * Activation code and personal code, then a passkey.
 *
 * Two steps with a tap each: the second explains what the phone is about to ask, and its tap is the user gesture that
 * Safari wants right before the ceremony.
 */
export function Enrolment({ door, words, personalCodeHint, scanned }: EnrolmentProps) {
  useTitle(words.title);
  const [code, setCode] = useState(scanned);
  const [options, setOptions] = useState<CreationOptions>();
  const { obstacle, lookAgain, ignore } = useObstacle();
  const walled = obstacle && isWall(obstacle);
  useCodeInAddress(code, obstacle?.kind === "in_app");

  useEffect(() => {
    setCode(scanned);
    setOptions(undefined);
  }, [scanned]);

  return (
    <section class="page narrow">
      <h1>{words.title}</h1>
      {!options && <p>{words.lead}</p>}
      {obstacle && (
        <ObstacleNotice
          obstacle={obstacle}
          link={`${location.origin}${door.enrol}${code ? `#${code}` : ""}`}
          lookAgain={lookAgain}
          ignore={ignore}
        />
      )}
      {!walled && !options && (
        <CodesForm
          door={door}
          words={words}
          personalCodeHint={personalCodeHint}
          code={code}
          setCode={setCode}
          scanned={scanned}
          onBegun={setOptions}
        />
      )}
      {!walled && options && (
        <PasskeyStep door={door} words={words} options={options} startAgain={() => setOptions(undefined)} />
      )}
      {!options && (
        <p class="aside">
          {words.already} <a href={door.login}>{words.loginLink}</a>
        </p>
      )}
    </section>
  );
}

interface CodesFormProps extends EnrolmentProps {
  readonly code: string;
  readonly setCode: (code: string) => void;
  readonly onBegun: (options: CreationOptions) => void;
}

function CodesForm({ door, words, personalCodeHint, code, setCode, scanned, onBegun }: CodesFormProps) {
  const text = useText();
  const [digits, setDigits] = useState("");
  const [checked, setChecked] = useState(false);
  const task = useTask();
  const codeWrong = checked && !parseActivationCode(code);
  const digitsWrong = checked && !isPersonalCode(digits);

  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    const activationCode = parseActivationCode(code);
    if (!activationCode || !isPersonalCode(digits)) return;
    task.run(async (signal) => onBegun(await beginEnrolment(signal, door, { activationCode, personalCode: digits })));
  };

  return (
    <form onSubmit={submit} noValidate>
      <ActivationCodeField
        words={words}
        value={code}
        onChange={setCode}
        wrong={codeWrong}
        scanned={scanned !== "" && scanned === code}
      />
      <PersonalCodeField value={digits} onChange={setDigits} wrong={digitsWrong} hint={personalCodeHint} />
      {task.error !== undefined && <AccessProblem error={task.error} enrolling />}
      <button type="submit" class="button wide" disabled={task.running}>
        {task.running ? text.app.loading : words.next}
      </button>
    </form>
  );
}

interface PasskeyStepProps {
  readonly door: Door;
  readonly words: AccessWords["enrol"];
  readonly options: CreationOptions;
  readonly startAgain: () => void;
}

function PasskeyStep({ door, words, options, startAgain }: PasskeyStepProps) {
  const { route } = useLocation();
  const task = useTask();
  const { browser, device } = describeDevice(navigator.userAgent);
  // Made once: a second passkey takes the place of the first, which the server may know already.
  const made = useRef<Awaited<ReturnType<typeof makePasskey>>>(undefined);
  const perhapsDone = task.error instanceof ApiError && task.error.code === "ceremony_ended";

  const create = () =>
    task.run(async (signal) => {
      made.current ??= await makePasskey(options);
      await finishEnrolment(signal, door, made.current, words.passkeyName(browser, device));
      route(door.home, true);
    });

  return (
    <div class="step">
      <h2>{words.passkeyTitle}</h2>
      <p>{words.passkeyText}</p>
      <ul class="points">
        {words.passkeyPoints.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      {task.error !== undefined && <AccessProblem error={task.error} enrolling />}
      {perhapsDone ? (
        <>
          <p>{words.perhapsDone}</p>
          <a class="button wide" href={door.login}>
            {words.loginLink}
          </a>
        </>
      ) : (
        <button type="button" class="button wide" disabled={task.running} onClick={create}>
          {task.running ? words.creating : words.create}
        </button>
      )}
      {task.error !== undefined && (
        <button type="button" class="button quiet wide" onClick={startAgain}>
          {words.startAgain}
        </button>
      )}
    </div>
  );
}
