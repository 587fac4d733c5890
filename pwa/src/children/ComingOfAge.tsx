import type { ComesOfAge, Me } from "../api/types.ts";
import { Notice } from "../app/Notice.tsx";
import { formatDate } from "../format/formatDate.ts";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** In the weeks before a child's 18th birthday: what changes on that day, and what to do before. */
export function SoonOfAge({ child }: { readonly child: ComesOfAge }) {
  const words = useWords({ vi, en }).ofAge;
  return (
    <Notice kind={child.has_own_account ? "info" : "warning"} title={words.soonTitle(child.name)}>
      <p>{words.soonText(formatDate(child.day))}</p>
      <p>{child.has_own_account ? words.soonReady : words.soonToDo}</p>
      <More />
    </Notice>
  );
}

/** Children who are of age and have not agreed that the reader reads on, and a pupil's own account before its day. */
export function OfAge({ me }: { readonly me: Me }) {
  const words = useWords({ vi, en }).ofAge;
  // What an earlier build has kept on this device for reading offline has no such list.
  const grown: Me["grown"] | undefined = me.grown;
  return (
    <>
      {me.own_from && (
        <Notice kind="info" title={words.ownTitle}>
          <p>{words.ownText(formatDate(me.own_from))}</p>
          <More />
        </Notice>
      )}
      {grown?.map((child) => (
        <Notice key={child.name} kind="info" title={words.grownTitle(child.name)}>
          <p>{words.grownText(formatDate(child.day))}</p>
          <p>{child.has_own_account ? words.grownReady : words.grownToDo}</p>
          <More />
        </Notice>
      ))}
    </>
  );
}

function More() {
  const words = useWords({ vi, en }).ofAge;
  return (
    <p>
      <a href="/tro-giup#18-tuoi">{words.more}</a>
    </p>
  );
}
