import { useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { STAFF } from "../access/door.ts";
import { useLoginWall } from "../access/useLoginWall.ts";
import type { Batch } from "../api/staffTypes.ts";
import { Loading } from "../app/Loading.tsx";
import { Notice } from "../app/Notice.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { useTitle } from "../app/useTitle.ts";
import { formatInstant } from "../format/formatInstant.ts";
import { BatchProblems } from "./BatchProblems.tsx";
import { cardsOf, finishedOf, isUnderWay } from "./batchProgress.ts";
import { cancelBatch } from "./signBatch.ts";
import { usePolledBatch } from "./usePolledBatch.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

/** One confirmation and what became of it. */
export function BatchPage() {
  const words = useStaffWords();
  useTitle(words.batch.title);
  const batchId = useRoute().params.batch_id ?? "";
  const { batch, error, offline, reload } = usePolledBatch(batchId);
  const leaving = useLoginWall(error, STAFF);
  if (leaving) return <Loading />;
  return (
    <section class="page card-page">
      <p class="back">
        <a href="/truong">{words.batch.back}</a>
      </p>
      {error !== undefined && (
        <>
          <h1>{words.batch.title}</h1>
          <ProblemNotice error={error} onRetry={reload} />
        </>
      )}
      {!batch && error === undefined && <Loading />}
      {batch && error === undefined && <BatchContent batch={batch} offline={offline} reload={reload} />}
    </section>
  );
}

interface BatchContentProps {
  readonly batch: Batch;
  readonly offline: boolean;
  readonly reload: () => void;
}

function BatchContent({ batch, offline, reload }: BatchContentProps) {
  const words = useStaffWords();
  const all = cardsOf(batch);
  return (
    <>
      <h1>{words.purposes[batch.purpose]}</h1>
      <p class="card-place">
        {batch.class_group ? words.classGroup(batch.class_group) : words.wholeSchool} ·{" "}
        {words.schoolYear(batch.school_year)}
      </p>
      <p class="small">
        {words.batch.states[batch.state]} · {words.batch.when(formatInstant(batch.begun_at))}
      </p>
      {isUnderWay(batch) && (
        <div class="batch-progress">
          <progress max={all} value={finishedOf(batch)} aria-label={words.batch.states.confirmed} />
          <p role="status">{words.batch.progress(batch.counts.signed, all)}</p>
          {offline ? (
            <Notice kind="warning">
              <p>{words.batch.offline}</p>
            </Notice>
          ) : (
            <p class="small">{words.batch.keepsGoing}</p>
          )}
          <CancelButton batch={batch} reload={reload} />
        </div>
      )}
      {!isUnderWay(batch) && <Outcome batch={batch} />}
      {batch.problems.length > 0 && <BatchProblems problems={batch.problems} />}
      {!isUnderWay(batch) && (
        <a class="button wide" href="/truong">
          {words.batch.toList}
        </a>
      )}
    </>
  );
}

/** How it ended, and what comes next. */
function Outcome({ batch }: { readonly batch: Batch }) {
  const words = useStaffWords();
  const { signed } = batch.counts;
  const reasons: Readonly<Record<string, string>> = words.batch.endedReasons;
  switch (batch.state) {
    case "begun":
    case "confirmed":
      return (
        <Notice kind="info">
          <p>{words.batch.begunText}</p>
        </Notice>
      );
    case "done":
      return signed > 0 ? (
        <Notice kind="done" title={words.batch.doneTitle(signed)}>
          <p>{words.batch.doneNext[batch.purpose]}</p>
        </Notice>
      ) : (
        <Notice kind="error" title={words.batch.nothingSigned}>
          {null}
        </Notice>
      );
    case "ended":
      return (
        <Notice kind="warning" title={signed > 0 ? words.batch.endedTitle(signed) : words.batch.nothingSigned}>
          <p>{reasons[batch.ended_reason ?? ""] ?? words.batch.endedOtherwise}</p>
        </Notice>
      );
  }
}

/** Asks once more: what is stopped has to be confirmed anew. */
function CancelButton({ batch, reload }: { readonly batch: Batch; readonly reload: () => void }) {
  const words = useStaffWords();
  const [asked, setAsked] = useState(false);
  const task = useTask();
  const cancel = () =>
    task.run(async (signal) => {
      await cancelBatch(signal, batch.batch_id);
      reload();
    });
  if (!asked) {
    return (
      <button type="button" class="button quiet" onClick={() => setAsked(true)}>
        {words.batch.cancel}
      </button>
    );
  }
  return (
    <Notice kind="warning">
      <p>{words.batch.cancelConfirm(batch.counts.waiting)}</p>
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      <div class="row">
        <button type="button" class="button" disabled={task.running} onClick={cancel}>
          {words.batch.cancelYes}
        </button>
        <button type="button" class="button quiet" onClick={() => setAsked(false)}>
          {words.batch.cancelNo}
        </button>
      </div>
    </Notice>
  );
}
