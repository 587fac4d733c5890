import { useId } from "preact/hooks";

interface LineFieldProps {
  readonly label: string;
  readonly hint?: string;
  /** What to do about it, when what is typed cannot be taken. */
  readonly wrong?: string | undefined;
  readonly value: string;
  readonly maxLength: number;
  /** A text of several lines. */
  readonly long?: boolean;
  readonly secret?: boolean;
  readonly onChange: (typed: string) => void;
}

/** Something to type, with its hint or what is wrong with it. The browser is not to remember it for the next reader. */
export function LineField({ label, hint, wrong, value, maxLength, long, secret, onChange }: LineFieldProps) {
  const id = useId();
  const shared = {
    id,
    value,
    maxLength,
    autocomplete: secret ? "one-time-code" : "off",
    "aria-describedby": `${id}-hint`,
    "aria-invalid": wrong !== undefined,
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {long ? (
        <textarea {...shared} rows={4} onInput={(event) => onChange(event.currentTarget.value)} />
      ) : (
        <input {...shared} type="text" spellcheck={!secret} onInput={(event) => onChange(event.currentTarget.value)} />
      )}
      <p id={`${id}-hint`} class={wrong ? "hint wrong" : "hint"}>
        {wrong ?? hint}
      </p>
    </div>
  );
}
