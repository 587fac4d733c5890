import { useId } from "preact/hooks";

interface CheckFieldProps {
  readonly label: string;
  readonly hint?: string;
  /** Why it has to be ticked, when it is not. */
  readonly wrong?: string | undefined;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** Yes or no, off until somebody says yes. */
export function CheckField({ label, hint, wrong, checked, onChange }: CheckFieldProps) {
  const id = useId();
  const described = hint || wrong ? { "aria-describedby": `${id}-hint` } : {};
  return (
    <div class="check">
      <label class="choice">
        <input
          type="checkbox"
          checked={checked}
          aria-invalid={wrong !== undefined}
          {...described}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span>{label}</span>
      </label>
      {(hint || wrong) && (
        <p id={`${id}-hint`} class={wrong ? "hint wrong" : "hint"}>
          {wrong ?? hint}
        </p>
      )}
    </div>
  );
}
