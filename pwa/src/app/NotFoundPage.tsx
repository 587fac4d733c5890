import { useText } from "../i18n/language.tsx";
import { useTitle } from "./useTitle.ts";

export function NotFoundPage() {
  const text = useText();
  useTitle(text.app.notFound);
  return (
    <section class="page">
      <h1>{text.app.notFound}</h1>
      <p>{text.app.notFoundText}</p>
      <a class="button" href="/">
        {text.app.home}
      </a>
    </section>
  );
}
