import type { VNode } from "preact";
import { useCallback, useState } from "preact/hooks";
import { ApiError } from "../api/problem.ts";
import { Dialog } from "../app/Dialog.tsx";
import { useTask } from "../app/useTask.ts";
import { AccessProblem } from "./AccessProblem.tsx";
import { stepUp } from "./ceremonies.ts";
import { en } from "./words/en.ts";
import { useAccessWords } from "./words/useAccessWords.ts";
import { vi } from "./words/vi.ts";

interface StepUp {
  /**
   * Does the work; where the server first wants the passkey shown anew (`step_up_required`), asks for it and then does
   * the work once more.
   *
   * @throws ApiError `step_up_cancelled` when the reader would rather not, and whatever the work throws.
   */
  readonly guard: <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>;
  /** The question, while there is one; stands anywhere on the page. */
  readonly dialog: VNode | null;
}

interface Question {
  readonly shown: () => void;
  readonly refused: () => void;
}

/** For what a borrowed, unlocked phone must not do: share a card, add a passkey, hand out everything. */
export function useStepUp(): StepUp {
  const [question, setQuestion] = useState<Question>();

  const ask = useCallback(
    (signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const close = () => setQuestion(undefined);
        const leave = () => {
          close();
          reject(signal.reason);
        };
        signal.addEventListener("abort", leave, { once: true });
        setQuestion({
          shown: () => {
            close();
            resolve();
          },
          refused: () => {
            close();
            reject(cancelled());
          },
        });
      }),
    [],
  );

  const guard = useCallback(
    async <T,>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ApiError && error.code === "step_up_required")) throw error;
      }
      await ask(signal);
      return work();
    },
    [ask],
  );

  return { guard, dialog: question ? <StepUpDialog question={question} /> : null };
}

function cancelled(): ApiError {
  return new ApiError("step_up_cancelled", 0, { vi: vi.stepUp.cancelled, en: en.stepUp.cancelled }, undefined);
}

/** A tap of its own: Safari wants a gesture right before the ceremony, and people want to know what it is for. */
function StepUpDialog({ question }: { readonly question: Question }) {
  const words = useAccessWords().stepUp;
  const task = useTask();

  const show = () =>
    task.run(async (signal) => {
      await stepUp(signal);
      question.shown();
    });

  return (
    <Dialog title={words.title} onCancel={question.refused}>
      <p>{words.text}</p>
      {task.error !== undefined && <AccessProblem error={task.error} enrolling={false} />}
      <button type="button" class="button wide" disabled={task.running} onClick={show}>
        {task.running ? words.waiting : words.show}
      </button>
      <button type="button" class="button quiet wide" onClick={question.refused}>
        {words.cancel}
      </button>
    </Dialog>
  );
}
