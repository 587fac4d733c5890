import type { CardState } from "../api/types.ts";
import { useText } from "../i18n/language.tsx";

export function StateBadge({ state }: { readonly state: CardState }) {
  const text = useText();
  return <span class={`badge ${state}`}>{text.states[state]}</span>;
}
