import { Notice } from "../app/Notice.tsx";
import { formatInstant } from "../format/formatInstant.ts";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface KeptNoticeProps {
  /** When the server last said what is shown. */
  readonly readAt: number;
  readonly onRetry: () => void;
}

/** Says that what is shown is not fresh: a card may have been replaced or withdrawn in the meantime. */
export function KeptNotice({ readAt, onRetry }: KeptNoticeProps) {
  const words = useWords({ vi, en });
  return (
    <Notice kind="warning" title={words.title}>
      <p>{words.asOf(formatInstant(readAt))}</p>
      <button type="button" class="button quiet no-print" onClick={onRetry}>
        {words.retry}
      </button>
    </Notice>
  );
}
