import { useText } from "../i18n/language.tsx";

/** Keeps the place of what is coming, so that nothing jumps when it arrives. */
export function Loading() {
  const text = useText();
  return (
    <div class="loading" role="status">
      <span>{text.app.loading}</span>
    </div>
  );
}
