import { useId, useState } from "preact/hooks";
import { FileDrop } from "./FileDrop.tsx";
import { useVerifyWords } from "./words/useVerifyWords.ts";

interface InputPanelProps {
  readonly onScan: () => void;
  readonly onFile: (file: File) => void;
  readonly onText: (text: string) => void;
}

/** The ways in: camera first, then a photo, a file, and text for those who have only a link. */
export function InputPanel({ onScan, onFile, onText }: InputPanelProps) {
  const words = useVerifyWords();
  return (
    <FileDrop label={words.title} onFiles={([file]) => file && onFile(file)}>
      <button type="button" class="button wide" onClick={onScan}>
        {words.scan}
      </button>
      <FileButton
        label={words.photo}
        hint={words.photoHint}
        accept="image/*"
        onFiles={([file]) => file && onFile(file)}
      />
      <FileButton
        label={words.file}
        hint={words.fileHint}
        accept="application/pdf,application/xml,text/xml,.pdf,.xml"
        onFiles={([file]) => file && onFile(file)}
      />
      <p class="drop-hint small">{words.drop}</p>
      <TypedText onText={onText} />
    </FileDrop>
  );
}

interface FileButtonProps {
  readonly label: string;
  readonly hint: string;
  readonly accept: string;
  readonly multiple?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** A button that chooses files: the input itself is there for the keyboard, its label for the finger. */
export function FileButton({ label, hint, accept, multiple = false, onFiles }: FileButtonProps) {
  const id = useId();
  return (
    <div class="file-button">
      <input
        id={id}
        class="visually-hidden"
        type="file"
        accept={accept}
        multiple={multiple}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = ""; // the same file may be chosen again
          if (files.length > 0) onFiles(files);
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

/** What somebody pastes: the code's link, or its digits alone. */
export function TypedText({ onText }: { readonly onText: (text: string) => void }) {
  const words = useVerifyWords();
  const id = useId();
  const [typed, setTyped] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    const text = typed.replace(/\s+/g, ""); // e-mail breaks the long line, people group digits
    if (!text) return;
    setTyped("");
    onText(text);
  };
  return (
    <details class="typed">
      <summary>{words.typed}</summary>
      <form onSubmit={submit}>
        <div class="field">
          <label for={id}>{words.typedLabel}</label>
          <textarea
            id={id}
            rows={4}
            autocomplete="off"
            spellcheck={false}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
        <button type="submit" class="button wide">
          {words.typedSubmit}
        </button>
      </form>
    </details>
  );
}
