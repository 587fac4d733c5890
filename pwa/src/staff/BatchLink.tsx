import type { Batch } from "../api/staffTypes.ts";
import { formatInstant } from "../format/formatInstant.ts";
import { cardsOf } from "./batchProgress.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

/** One of the reader's own batches, with how it stands. */
export function BatchLink({ batch }: { readonly batch: Batch }) {
  const words = useStaffWords();
  return (
    <a class="card-link" href={`/truong/luot-ky/${batch.batch_id}`}>
      <span class="card-link-text">
        <span class="card-link-year">
          {words.purposes[batch.purpose]}
          {batch.class_group && ` · ${words.classGroup(batch.class_group)}`}
        </span>
        <span class="card-link-place">{words.batch.progress(batch.counts.signed, cardsOf(batch))}</span>
        <span class="card-link-issued">
          {words.batch.states[batch.state]} · {words.batch.when(formatInstant(batch.begun_at))}
        </span>
      </span>
      <span class="chevron" aria-hidden="true" />
    </a>
  );
}
