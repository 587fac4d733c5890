import { useEffect } from "preact/hooks";
import { useText } from "../i18n/language.tsx";

/** Names the browser's tab. Never with a pupil's name: titles end up in histories and on shared screens. */
export function useTitle(title: string): void {
  const text = useText();
  useEffect(() => {
    document.title = title === text.app.name ? title : `${title} · ${text.app.name}`;
  }, [title, text]);
}
