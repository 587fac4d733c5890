import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { takeFragment } from "../app/takeFragment.ts";
import { useTask } from "../app/useTask.ts";
import { useTitle } from "../app/useTitle.ts";
import type { Dictionary } from "../i18n/dictionary.ts";
import { useText } from "../i18n/language.tsx";
import { AccessProblem } from "./AccessProblem.tsx";
import { formatActivationCode, parseActivationCode } from "./activationCode.ts";
import { beginEnrolment, type CreationOptions, finishEnrolment } from "./ceremonies.ts";
import { describeDevice } from "./describeDevice.ts";
import { type Door, PARENTS } from "./door.ts";
import { isWall } from "./findObstacle.ts";
import { ObstacleNotice } from "./ObstacleNotice.tsx";
import { PersonalCodeField } from "./PersonalCodeField.tsx";
import { isPersonalCode } from "./personalCode.ts";
import { useObstacle } from "./useObstacle.ts";

/** A parent's first time. */
export function EnrolPage() {
  const text = useText();
  return <Enrolment door={PARENTS} words={text.enrol} personalCodeHint={text.login.personalCodeHint} />;
}

interface EnrolmentProps {
  readonly door: Door;
  readonly words: Dictionary["enrol"];
  readonly personalCodeHint: string;
}

/**
 * Activation code and personal code, then a passkey.
 *
 * Two steps with a tap each: the second explains what the phone is about to ask, and its tap is the user gesture that
 * Safari wants right before the ceremony.
 */
export function Enrolment({ door, words, personalCodeHint }: EnrolmentProps) {
  useTitle(words.title);
  const [scanned, setScanned] = useState(takeActivationCode);
  const [code, setCode] = useState(scanned);
  const [options, setOptions] = useState<CreationOptions>();
  const { obstacle, lookAgain, ignore } = useObstacle();
  const walled = obstacle && isWall(obstacle);

  // The link of a second letter, opened in the same tab, loads nothing anew.
  useEffect(() => {
    const read = () => {
      const next = takeActivationCode();
      if (!next) return;
      setScanned(next);
      setCode(next);
      setOptions(undefined);
    };
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);

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
          scanned={scanned !== ""}
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

/** The code of the letter's link; empty for another fragment, such as the skip link's, which stays where it is. */
function takeActivationCode(): string {
  return parseActivationCode(location.hash.slice(1)) ? formatActivationCode(takeFragment()) : "";
}

interface CodesFormProps extends EnrolmentProps {
  readonly code: string;
  readonly setCode: (code: string) => void;
  readonly scanned: boolean;
  readonly onBegun: (options: CreationOptions) => void;
}

function CodesForm({ door, words, personalCodeHint, code, setCode, scanned, onBegun }: CodesFormProps) {
  const text = useText();
  const [digits, setDigits] = useState("");
  const [checked, setChecked] = useState(false);
  const task = useTask();
  const codeWrong = checked && !parseActivationCode(code);
  const digitsWrong = checked && !isPersonalCode(digits);
  const hint = scanned ? words.codeFromLink : words.codeHint;

  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    const activationCode = parseActivationCode(code);
    if (!activationCode || !isPersonalCode(digits)) return;
    task.run(async (signal) => onBegun(await beginEnrolment(signal, door, { activationCode, personalCode: digits })));
  };

  return (
    <form onSubmit={submit} noValidate>
      <div class="field">
        <label for="activation-code">{words.code}</label>
        <input
          id="activation-code"
          class="code-input"
          type="text"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          value={code}
          aria-describedby="activation-code-hint"
          aria-invalid={codeWrong}
          onInput={(event) => setCode(formatActivationCode(event.currentTarget.value))}
        />
        <p id="activation-code-hint" class={codeWrong ? "hint wrong" : "hint"}>
          {codeWrong ? words.codeWrong : hint}
        </p>
      </div>
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
  readonly words: Dictionary["enrol"];
  readonly options: CreationOptions;
  readonly startAgain: () => void;
}

function PasskeyStep({ door, words, options, startAgain }: PasskeyStepProps) {
  const { route } = useLocation();
  const task = useTask();
  const { browser, device } = describeDevice(navigator.userAgent);

  const create = () =>
    task.run(async (signal) => {
      await finishEnrolment(signal, door, options, words.passkeyName(browser, device));
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
      <button type="button" class="button wide" disabled={task.running} onClick={create}>
        {task.running ? words.creating : words.create}
      </button>
      {task.error !== undefined && (
        <button type="button" class="button quiet wide" onClick={startAgain}>
          {words.startAgain}
        </button>
      )}
    </div>
  );
}
