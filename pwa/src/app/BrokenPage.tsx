import { useText } from "../i18n/language.tsx";

/** A part of the app could not be loaded: offline in the middle of a first visit, or a new build replaced it. */
export function BrokenPage() {
  const text = useText();
  return (
    <section class="page">
      <h1>{text.app.brokenPage}</h1>
      <p>{text.app.brokenPageText}</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        {text.app.reload}
      </button>
    </section>
  );
}
