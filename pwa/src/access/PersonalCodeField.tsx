import { keepDigits } from "./personalCode.ts";
import { typeInto } from "./typeInto.ts";
import { useAccessWords } from "./words/useAccessWords.ts";

interface PersonalCodeFieldProps {
  readonly value: string;
  readonly onChange: (digits: string) => void;
  readonly wrong: boolean;
  readonly hint: string;
  /** The browser offers the device's passkeys here; it still has nothing typed to remember. */
  readonly offersPasskeys?: boolean;
}

/** Twelve digits, number keys, and nothing that the browser would remember for the next reader. */
export function PersonalCodeField({ value, onChange, wrong, hint, offersPasskeys }: PersonalCodeFieldProps) {
  const text = useAccessWords();
  return (
    <div class="field">
      <label for="personal-code">{text.login.personalCode}</label>
      <input
        id="personal-code"
        class="code-input"
        type="text"
        inputMode="numeric"
        autocomplete={offersPasskeys ? "username webauthn" : "off"}
        spellcheck={false}
        value={value}
        aria-describedby="personal-code-hint"
        aria-invalid={wrong}
        onInput={(event) => onChange(typeInto(event.currentTarget, keepDigits))}
      />
      <p id="personal-code-hint" class={wrong ? "hint wrong" : "hint"}>
        {wrong ? text.login.personalCodeWrong : hint}
      </p>
    </div>
  );
}
