import { formatActivationCode } from "./activationCode.ts";
import { typeInto } from "./typeInto.ts";
import type { AccessWords } from "./words/vi.ts";

interface ActivationCodeFieldProps {
  readonly words: AccessWords["enrol"];
  readonly value: string;
  readonly onChange: (code: string) => void;
  readonly wrong: boolean;
  /** The letter's link has filled it in. */
  readonly scanned: boolean;
}

export function ActivationCodeField({ words, value, onChange, wrong, scanned }: ActivationCodeFieldProps) {
  const hint = scanned ? words.codeFromLink : words.codeHint;
  return (
    <div class="field">
      <label for="activation-code">{words.code}</label>
      <input
        id="activation-code"
        class="code-input"
        type="text"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        value={value}
        aria-describedby="activation-code-hint"
        aria-invalid={wrong}
        onInput={(event) => onChange(typeInto(event.currentTarget, formatActivationCode))}
      />
      <p id="activation-code-hint" class={wrong ? "hint wrong" : "hint"}>
        {wrong ? words.codeWrong : hint}
      </p>
    </div>
  );
}
