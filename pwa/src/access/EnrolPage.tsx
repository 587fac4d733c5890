import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { takeFragment } from "../app/takeFragment.ts";
import { useTask } from "../app/useTask.ts";
import { useTitle } from "../app/useTitle.ts";
import { useText } from "../i18n/language.tsx";
import { AccessProblem } from "./AccessProblem.tsx";
import { formatActivationCode, parseActivationCode } from "./activationCode.ts";
import { beginEnrolment, type CreationOptions, finishEnrolment } from "./ceremonies.ts";
import { describeDevice } from "./describeDevice.ts";
import { ObstacleNotice } from "./ObstacleNotice.tsx";
import { PersonalCodeField } from "./PersonalCodeField.tsx";
import { isPersonalCode } from "./personalCode.ts";
import { useObstacle } from "./useObstacle.ts";

/**
 * Activation code and personal code, then a passkey.
 *
 * Two steps with a tap each: the second explains what the phone is about to ask, and its tap is the user gesture that
 * Safari wants right before the ceremony.
 */
export function EnrolPage() {
  const text = useText();
  useTitle(text.enrol.title);
  const [scanned, setScanned] = useState(takeActivationCode);
  const [code, setCode] = useState(scanned);
  const [options, setOptions] = useState<CreationOptions>();
  const { obstacle, lookAgain, ignore } = useObstacle();
  const walled = obstacle && obstacle.kind !== "no_screen_lock_desktop";

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
      <h1>{text.enrol.title}</h1>
      {!options && <p>{text.enrol.lead}</p>}
      {obstacle && (
        <ObstacleNotice
          obstacle={obstacle}
          link={`${location.origin}/kich-hoat${code ? `#${code}` : ""}`}
          lookAgain={lookAgain}
          ignore={ignore}
        />
      )}
      {!walled && !options && <CodesForm code={code} setCode={setCode} scanned={scanned !== ""} onBegun={setOptions} />}
      {!walled && options && <PasskeyStep options={options} startAgain={() => setOptions(undefined)} />}
      {!options && (
        <p class="aside">
          {text.enrol.already} <a href="/dang-nhap">{text.enrol.loginLink}</a>
        </p>
      )}
    </section>
  );
}

/** The code of the letter's link; empty for another fragment, such as the skip link's, which stays where it is. */
function takeActivationCode(): string {
  return parseActivationCode(location.hash.slice(1)) ? formatActivationCode(takeFragment()) : "";
}

interface CodesFormProps {
  readonly code: string;
  readonly setCode: (code: string) => void;
  readonly scanned: boolean;
  readonly onBegun: (options: CreationOptions) => void;
}

function CodesForm({ code, setCode, scanned, onBegun }: CodesFormProps) {
  const text = useText();
  const [digits, setDigits] = useState("");
  const [checked, setChecked] = useState(false);
  const task = useTask();
  const codeWrong = checked && !parseActivationCode(code);
  const digitsWrong = checked && !isPersonalCode(digits);
  const hint = scanned ? text.enrol.codeFromLink : text.enrol.codeHint;

  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    const activationCode = parseActivationCode(code);
    if (!activationCode || !isPersonalCode(digits)) return;
    task.run(async (signal) => onBegun(await beginEnrolment(signal, { activationCode, personalCode: digits })));
  };

  return (
    <form onSubmit={submit} noValidate>
      <div class="field">
        <label for="activation-code">{text.enrol.code}</label>
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
          {codeWrong ? text.enrol.codeWrong : hint}
        </p>
      </div>
      <PersonalCodeField value={digits} onChange={setDigits} wrong={digitsWrong} />
      {task.error !== undefined && <AccessProblem error={task.error} enrolling />}
      <button type="submit" class="button wide" disabled={task.running}>
        {task.running ? text.app.loading : text.enrol.next}
      </button>
    </form>
  );
}

function PasskeyStep({ options, startAgain }: { options: CreationOptions; startAgain: () => void }) {
  const text = useText();
  const { route } = useLocation();
  const task = useTask();
  const { browser, device } = describeDevice(navigator.userAgent);

  const create = () =>
    task.run(async (signal) => {
      await finishEnrolment(signal, options, text.enrol.passkeyName(browser, device));
      route("/con", true);
    });

  return (
    <div class="step">
      <h2>{text.enrol.passkeyTitle}</h2>
      <p>{text.enrol.passkeyText}</p>
      <ul class="points">
        {text.enrol.passkeyPoints.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      {task.error !== undefined && <AccessProblem error={task.error} enrolling />}
      <button type="button" class="button wide" disabled={task.running} onClick={create}>
        {task.running ? text.enrol.creating : text.enrol.create}
      </button>
      {task.error !== undefined && (
        <button type="button" class="button quiet wide" onClick={startAgain}>
          {text.enrol.startAgain}
        </button>
      )}
    </div>
  );
}
