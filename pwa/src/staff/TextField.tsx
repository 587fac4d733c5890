interface TextFieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  /** What to do about it, when what is typed cannot be taken. */
  readonly wrong: string | undefined;
  readonly value: string;
  readonly numeric?: boolean;
  readonly onChange: (typed: string) => void;
}

/** One line to type, with its hint or what is wrong with it. */
export function TextField({ id, label, hint, wrong, value, numeric, onChange }: TextFieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        inputMode={numeric ? "numeric" : "text"}
        autocomplete="off"
        maxLength={200}
        value={value}
        aria-describedby={`${id}-hint`}
        aria-invalid={wrong !== undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <p id={`${id}-hint`} class={wrong ? "hint wrong" : "hint"}>
        {wrong ?? hint}
      </p>
    </div>
  );
}
