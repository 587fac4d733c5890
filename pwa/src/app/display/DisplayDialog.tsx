import { useState } from "preact/hooks";
import { useWords } from "../../i18n/useWords.ts";
import { Dialog } from "../Dialog.tsx";
import { applyDisplay, type Display, keepDisplay, keptDisplay, TEXT_SIZES, THEMES } from "./display.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** Light or dark, small or large: shown at once, kept on this device. */
export function DisplayDialog({ onClose }: { readonly onClose: () => void }) {
  const words = useWords({ vi, en });
  const [display, setDisplay] = useState(keptDisplay);

  const choose = (chosen: Display) => {
    setDisplay(chosen);
    applyDisplay(chosen);
    keepDisplay(chosen);
  };
  return (
    <Dialog title={words.title} onCancel={onClose}>
      <Choice
        name="text"
        legend={words.text}
        options={TEXT_SIZES}
        labels={words.textSizes}
        chosen={display.text}
        choose={(text) => choose({ ...display, text })}
      />
      <Choice
        name="theme"
        legend={words.theme}
        options={THEMES}
        labels={words.themes}
        chosen={display.theme}
        choose={(theme) => choose({ ...display, theme })}
      />
      <button type="button" class="button wide" onClick={onClose}>
        {words.close}
      </button>
    </Dialog>
  );
}

interface ChoiceProps<Option extends string> {
  readonly name: string;
  readonly legend: string;
  readonly options: readonly Option[];
  readonly labels: Readonly<Record<Option, string>>;
  readonly chosen: Option;
  readonly choose: (option: Option) => void;
}

function Choice<Option extends string>({ name, legend, options, labels, chosen, choose }: ChoiceProps<Option>) {
  return (
    <fieldset class="choices plain">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === chosen} onChange={() => choose(option)} />
          <span>{labels[option]}</span>
        </label>
      ))}
    </fieldset>
  );
}
