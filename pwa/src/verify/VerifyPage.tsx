import { useEffect } from "preact/hooks";
import { Notice } from "../app/Notice.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { takeFragment } from "../app/takeFragment.ts";
import { useTitle } from "../app/useTitle.ts";
import { formatAge } from "../format/formatAge.ts";
import { useText } from "../i18n/language.tsx";
import { CameraPanel } from "../scan/CameraPanel.tsx";
import { AnchorChange } from "./AnchorChange.tsx";
import { InputPanel } from "./InputPanel.tsx";
import { type Stage, useChecks } from "./useChecks.ts";
import { useKeeper } from "./useKeeper.ts";
import { VerdictView } from "./VerdictView.tsx";
import "../style/verify.css";

/** Anyone's page: what is this card worth? A QR code is checked on this device, a PDF or XML by the server. */
export function VerifyPage() {
  const text = useText();
  useTitle(text.verify.title);
  const { equipment, anchor, readyAgeSeconds } = useKeeper();
  const { stage, show, checkText, checkAny } = useChecks(equipment);

  useEffect(() => {
    const read = () => {
      // The skip link has a fragment too; a capsule is a number.
      if (!/^#\d/.test(location.hash)) return;
      checkText(takeFragment());
    };
    read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, [checkText]);

  const idle = () => show({ kind: "idle" });
  if (stage.kind === "done") {
    return (
      <section class="page">
        <AnchorChange anchor={anchor} />
        <VerdictView verdict={stage.verdict} checkedBy={stage.checkedBy} onAgain={idle} />
      </section>
    );
  }
  return (
    <section class="page narrow">
      <h1>{text.verify.title}</h1>
      {stage.kind === "scanning" ? (
        <CameraPanel onFound={checkText} onStop={idle} />
      ) : (
        <>
          <p>{text.verify.lead}</p>
          <AnchorChange anchor={anchor} />
          <StageNotice stage={stage} />
          {stage.kind !== "working" && (
            <InputPanel onScan={() => show({ kind: "scanning" })} onFile={checkAny} onText={checkText} />
          )}
          <p class="small ready">
            {readyAgeSeconds === undefined ? text.verify.notReady : text.verify.ready(formatAge(readyAgeSeconds, text))}
          </p>
          <details>
            <summary>{text.verify.addressTitle}</summary>
            <p>{text.verify.addressText(new URL(anchor?.publicUrl ?? location.origin).host)}</p>
          </details>
        </>
      )}
    </section>
  );
}

/** What is going on, or why nothing was checked. */
function StageNotice({ stage }: { readonly stage: Stage }) {
  const text = useText();
  switch (stage.kind) {
    case "working":
      return (
        <p class="working" role="status">
          {text.verify[stage.doing]}
        </p>
      );
    case "refused":
      return (
        <Notice kind="warning">
          <p>{text.verify[stage.refusal]}</p>
        </Notice>
      );
    case "foreign":
      return (
        <Notice kind="error">
          <p>{text.verify.foreignHost(stage.host)}</p>
        </Notice>
      );
    case "failed":
      return <ProblemNotice error={stage.error} />;
    default:
      return null;
  }
}
