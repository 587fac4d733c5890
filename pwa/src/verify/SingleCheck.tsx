import { useCallback, useEffect, useRef } from "preact/hooks";
import { lazy } from "preact-iso";
import { Notice } from "../app/Notice.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { formatAge } from "../format/formatAge.ts";
import type { Language } from "../i18n/dictionary.ts";
import { useLanguage, useText } from "../i18n/language.tsx";
import { CameraPanel } from "../scan/CameraPanel.tsx";
import { AddressLesson } from "./AddressLesson.tsx";
import { AnchorChange } from "./AnchorChange.tsx";
import { InputPanel } from "./InputPanel.tsx";
import { scannedByCamera } from "./judge.ts";
import { loadSentences } from "./sentences.ts";
import { type Stage, useChecks } from "./useChecks.ts";
import { useFragment } from "./useFragment.ts";
import type { KeeperState } from "./useKeeper.ts";
import { useVerifyWords } from "./words/useVerifyWords.ts";

/** What shows a verdict comes while the check runs; the page that asks for a card need not wait for it. */
const VerdictView = lazy(() => import("./VerdictView.tsx").then((module) => module.VerdictView));

interface SingleCheckProps {
  readonly kept: KeeperState;
  /** Opens the room for many cards. */
  readonly onMany: () => void;
}

/** One card, one verdict. */
export function SingleCheck({ kept, onMany }: SingleCheckProps) {
  const words = useVerifyWords();
  const { stage, show, checkText, checkAny } = useChecks(kept.equipment);
  const checkTyped = useCallback((text: string) => checkText({ kind: "capsule", text }), [checkText]);
  useFragment(checkTyped);

  const { language } = useLanguage();
  useEffect(() => {
    if (stage.kind !== "idle") prepareVerdict(language);
  }, [stage.kind, language]);

  const heading = useRef<HTMLHeadingElement>(null);
  const back = useRef(false);
  const idle = () => {
    back.current = true;
    show({ kind: "idle" });
  };
  useEffect(() => {
    // What had the focus, a verdict or the camera, is gone.
    if (back.current) heading.current?.focus();
    back.current = false;
  }, [stage]);
  if (stage.kind === "done") {
    return (
      <section class="page">
        <AnchorChange anchor={kept.anchor} />
        <VerdictView
          verdict={stage.verdict}
          checkedBy={stage.checkedBy}
          anchor={kept.anchor}
          leaveLabel={words.again}
          onLeave={idle}
        />
      </section>
    );
  }
  return (
    <section class="page verify">
      <h1 ref={heading} tabIndex={-1}>
        {words.title}
      </h1>
      {stage.kind === "scanning" ? (
        <CameraPanel onSeen={(texts) => checkText(scannedByCamera(texts))} onStop={idle} />
      ) : (
        <div class="verify-rooms">
          <div>
            <p>{words.lead}</p>
            <AnchorChange anchor={kept.anchor} />
            <StageNotice stage={stage} />
            {stage.kind !== "working" && (
              <InputPanel onScan={() => show({ kind: "scanning" })} onFile={checkAny} onText={checkTyped} />
            )}
          </div>
          <div>
            <section class="many" aria-labelledby="many-title">
              <h2 id="many-title">{words.queue.offer}</h2>
              <p>{words.queue.offerText}</p>
              <button type="button" class="button quiet wide" onClick={onMany}>
                {words.queue.open}
              </button>
            </section>
            <Readiness ageSeconds={kept.readyAgeSeconds} />
            <AddressLesson publicUrl={kept.anchor?.publicUrl ?? location.origin} />
          </div>
        </div>
      )}
    </section>
  );
}

/** Loads the view of a verdict and its sentences at the same time as the lists that it rests on. */
function prepareVerdict(language: Language): void {
  // Failing here says nothing yet: the view asks again when it is wanted.
  Promise.all([VerdictView.preload(), loadSentences(language)]).catch(() => undefined);
}

/** Whether a check would work with the network gone, and with lists of what age. */
function Readiness({ ageSeconds }: { readonly ageSeconds: number | undefined }) {
  const text = useText();
  const words = useVerifyWords();
  return (
    <p class={ageSeconds === undefined ? "ready small" : "ready done small"}>
      {ageSeconds === undefined ? words.notReady : words.ready(formatAge(ageSeconds, text))}
    </p>
  );
}

/** What is going on, or why nothing was checked; the focus goes there, the button that was pressed may be gone. */
function StageNotice({ stage }: { readonly stage: Stage }) {
  const words = useVerifyWords();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (stage.kind !== "idle") place.current?.focus();
  }, [stage]);

  return (
    <div ref={place} tabIndex={-1} class="stage" aria-live="polite">
      {message()}
    </div>
  );

  function message() {
    switch (stage.kind) {
      case "working":
        return <p class="working">{words[stage.doing]}</p>;
      case "refused":
        return (
          <Notice kind="warning">
            <p>{words.refusals[stage.refusal]}</p>
          </Notice>
        );
      case "foreign":
        return (
          <Notice kind="error">
            <p>{words.foreignHost(stage.host)}</p>
          </Notice>
        );
      case "failed":
        return <ProblemNotice error={stage.error} />;
      default:
        return null;
    }
  }
}
