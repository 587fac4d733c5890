import type { TargetedMouseEvent } from "preact";
import { request } from "../api/request.ts";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** The signed originals. The phone opens or keeps them with its own viewer; the page holds no copy. */
export function CardActions({ recordId }: { readonly recordId: string }) {
  const text = useText();
  const words = useWords({ vi, en });
  const task = useTask();
  const base = `/api/cards/${encodeURIComponent(recordId)}`;
  const download = (event: TargetedMouseEvent<HTMLAnchorElement>) => {
    event.preventDefault();
    const { href } = event.currentTarget;
    task.run(async (signal) => {
      await request(signal, "/api/account"); // A download that fails says nothing on most phones.
      startDownload(href);
    });
  };
  return (
    <div class="actions">
      <a class="button wide" href={`${base}/pdf`} download onClick={download}>
        {text.card.pdf}
      </a>
      <p class="hint">{text.card.pdfHint}</p>
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      <div class="row">
        <a class="button quiet" href={`${base}/xml`} download onClick={download}>
          {text.card.xml}
        </a>
        <button type="button" class="button quiet" onClick={() => window.print()}>
          {text.card.print}
        </button>
        <a class="button quiet" href={`/chia-se/moi?hoc-ba=${encodeURIComponent(recordId)}`}>
          {words.share}
        </a>
        <a class="button quiet" href={`/yeu-cau?hoc-ba=${encodeURIComponent(recordId)}`}>
          {words.correct}
        </a>
      </div>
    </div>
  );
}

function startDownload(href: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = "";
  link.click();
}
