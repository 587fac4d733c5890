import { STAFF } from "../access/door.ts";
import { useLoginWall } from "../access/useLoginWall.ts";
import { ApiError } from "../api/problem.ts";
import type { SigningList } from "../api/staffTypes.ts";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { useText } from "../i18n/language.tsx";
import type { Chosen } from "./chosenCards.ts";
import { type BatchBegun, beginBatch } from "./signBatch.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

interface SignBarProps {
  readonly list: SigningList;
  readonly all: number;
  readonly chosen: Chosen;
  readonly onBegun: (begun: BatchBegun) => void;
  readonly reload: () => void;
}

/** How many are chosen, always in sight, and the way on. */
export function SignBar({ list, all, chosen, onBegun, reload }: SignBarProps) {
  const text = useText();
  const words = useStaffWords();
  const task = useTask();
  const leaving = useLoginWall(task.error, STAFF);
  const changed = task.error instanceof ApiError && task.error.code === "signing_cards_changed";
  const begin = () => task.run(async (signal) => onBegun(await beginBatch(signal, list.role_id, chosen)));
  const action = list.purpose === "school" ? words.list.issue(chosen.size) : words.list.sign(chosen.size);
  return (
    <div class="sign-bar">
      {task.error !== undefined && !leaving && (
        <>
          <ProblemNotice error={task.error} />
          {changed && (
            <button type="button" class="button quiet wide" onClick={reload}>
              {words.confirm.reload}
            </button>
          )}
        </>
      )}
      <div class="sign-bar-row">
        <p role="status">{chosen.size === 0 ? words.list.nothingChosen : words.list.chosenOf(chosen.size, all)}</p>
        {chosen.size > 0 && (
          <button type="button" class="button" disabled={task.running} onClick={begin}>
            {task.running ? text.app.loading : action}
          </button>
        )}
      </div>
    </div>
  );
}
