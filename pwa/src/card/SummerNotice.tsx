import type { ToDo } from "../api/types.ts";
import { Notice } from "../app/Notice.tsx";
import { formatDate } from "../format/formatDate.ts";
import { useLanguage } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** What the summer is for, and until when. Nothing for a pupil who moves up, or once the summer is over. */
export function SummerNotice({ works }: { readonly works: readonly ToDo[] }) {
  const { language } = useLanguage();
  const words = useWords({ vi, en });
  if (works.length === 0) return null;
  return (
    <Notice kind="warning" title={words.summerTitle}>
      {works.map((work) => (
        <p key={work.code}>
          {work.sentence[language]} {words.until(formatDate(work.until))}
        </p>
      ))}
    </Notice>
  );
}
