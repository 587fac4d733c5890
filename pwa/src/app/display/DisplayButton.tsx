import { useState } from "preact/hooks";
import { ErrorBoundary, lazy } from "preact-iso";
import { useText } from "../../i18n/language.tsx";

const DisplayDialog = lazy(() => import("./DisplayDialog.tsx").then((module) => module.DisplayDialog));

export function DisplayButton() {
  const text = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="header-button display" title={text.app.display} onClick={() => setOpen(true)}>
        <span aria-hidden="true">Aa</span>
        <span class="visually-hidden">{text.app.display}</span>
      </button>
      <ErrorBoundary onError={() => setOpen(false)}>
        {open && <DisplayDialog onClose={() => setOpen(false)} />}
      </ErrorBoundary>
    </>
  );
}
