import { useText } from "../i18n/language.tsx";

/** The signed originals. The phone opens or keeps them with its own viewer; the page holds no copy. */
export function CardActions({ recordId }: { readonly recordId: string }) {
  const text = useText();
  const base = `/api/cards/${encodeURIComponent(recordId)}`;
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
      </div>
    </div>
  );
}
