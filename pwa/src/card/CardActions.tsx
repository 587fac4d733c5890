import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { cardAddress } from "./cardAddress.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** The signed originals. The phone opens or keeps them with its own viewer; the page holds no copy. */
export function CardActions({ recordId }: { readonly recordId: string }) {
  const text = useText();
  const words = useWords({ vi, en });
  const base = cardAddress(recordId);
  return (
    <div class="actions">
      <a class="button wide" href={`${base}/pdf`} download>
        {text.card.pdf}
      </a>
      <p class="hint">{text.card.pdfHint}</p>
      <div class="row">
        <a class="button quiet" href={`${base}/xml`} download>
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
