import { useId, useState } from "preact/hooks";
import { useText } from "../i18n/language.tsx";

interface InputPanelProps {
  readonly onScan: () => void;
  readonly onFile: (file: File) => void;
  readonly onText: (text: string) => void;
}

/** The ways in: camera first, then a photo, a file, and text for those who have only a link. */
export function InputPanel({ onScan, onFile, onText }: InputPanelProps) {
  const text = useText();
  const [over, setOver] = useState(false);

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer?.files[0];
    if (file) onFile(file);
  };

  return (
    <section
      class={over ? "inputs over" : "inputs"}
      aria-label={text.verify.title}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <button type="button" class="button wide" onClick={onScan}>
        {text.verify.scan}
      </button>
      <FileButton label={text.verify.photo} hint={text.verify.photoHint} accept="image/*" onFile={onFile} />
      <FileButton
        label={text.verify.file}
        hint={text.verify.fileHint}
        accept="application/pdf,application/xml,text/xml,.pdf,.xml"
        onFile={onFile}
      />
      <p class="drop-hint small">{text.verify.drop}</p>
      <TypedText onText={onText} />
    </section>
  );
}

interface FileButtonProps {
  readonly label: string;
  readonly hint: string;
  readonly accept: string;
  readonly onFile: (file: File) => void;
}

function FileButton({ label, hint, accept, onFile }: FileButtonProps) {
  const id = useId();
  return (
    <div class="file-button">
      <input
        id={id}
        class="visually-hidden"
        type="file"
        accept={accept}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = ""; // the same file may be chosen again
          if (file) onFile(file);
        }}
      />
      <label for={id} class="button quiet wide">
        {label}
      </label>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
    </div>
  );
}

function TypedText({ onText }: { readonly onText: (text: string) => void }) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    if (typed.trim()) onText(typed);
  };
  return (
    <details class="typed">
      <summary>{text.verify.typed}</summary>
      <form onSubmit={submit}>
        <div class="field">
          <label for="typed-code">{text.verify.typedLabel}</label>
          <textarea
            id="typed-code"
            rows={4}
            autocomplete="off"
            spellcheck={false}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
        <button type="submit" class="button wide">
          {text.verify.typedSubmit}
        </button>
      </form>
    </details>
  );
}
