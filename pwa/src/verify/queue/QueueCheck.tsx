import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Loading } from "../../app/Loading.tsx";
import { Notice } from "../../app/Notice.tsx";
import { CameraPanel } from "../../scan/CameraPanel.tsx";
import { AnchorChange } from "../AnchorChange.tsx";
import { FileDrop } from "../FileDrop.tsx";
import { FileButton, TypedText } from "../InputPanel.tsx";
import { useFragment } from "../useFragment.ts";
import type { KeeperState } from "../useKeeper.ts";
import { useSentences } from "../useSentences.ts";
import { VerdictView } from "../VerdictView.tsx";
import { useVerifyWords } from "../words/useVerifyWords.ts";
import { keptQueue } from "./keptQueue.ts";
import { LastCheck } from "./LastCheck.tsx";
import { QueueActions } from "./QueueActions.tsx";
import { QueueList, rowId } from "./QueueList.tsx";
import { MAX_ENTRIES } from "./queueEntry.ts";
import { SendFiles } from "./SendFiles.tsx";
import { useQueue } from "./useQueue.ts";
import "../../style/queue.css";

interface QueueCheckProps {
  readonly kept: KeeperState;
  readonly onLeave: () => void;
}

const addTyped = (text: string) => void keptQueue.addText(text);
const addFiles = (files: readonly File[]) => void keptQueue.addFiles(files);

/** Card after card, as on an admission day: the camera stays on, the results gather below. */
export function QueueCheck({ kept, onLeave }: QueueCheckProps) {
  const words = useVerifyWords();
  const sentence = useSentences();
  const { view, cues, chooseCues } = useQueue(kept);
  const [camera, setCamera] = useState(false);
  const [opened, setOpened] = useState<number>();
  const heading = useFocusAtStart(sentence !== undefined);
  useFragment(addTyped);

  const entry = view.entries.find(({ number }) => number === opened);
  const close = useCallback(() => {
    setOpened(undefined);
    // The row is on the page again after the next paint.
    requestAnimationFrame(() => document.getElementById(rowId(opened ?? 0))?.focus());
  }, [opened]);

  if (!sentence) return <Loading />;
  if (entry?.judged.kind === "done") {
    return (
      <section class="page">
        <VerdictView
          verdict={entry.judged.verdict}
          checkedBy={entry.judged.checkedBy}
          anchor={kept.anchor}
          leaveLabel={words.queue.back}
          onLeave={close}
        />
      </section>
    );
  }

  const full = view.entries.length >= MAX_ENTRIES;
  const scanning = camera && !full;
  return (
    <section class="page verify queue">
      <h1 ref={heading} tabIndex={-1}>
        {words.queue.title}
      </h1>
      <AnchorChange anchor={kept.anchor} />
      <div class="verify-rooms">
        <FileDrop label={words.queue.title} onFiles={addFiles}>
          {!scanning && <p>{words.queue.lead}</p>}
          {full && (
            <Notice kind="warning">
              <p>{words.queue.full(MAX_ENTRIES)}</p>
            </Notice>
          )}
          {scanning ? (
            <CameraPanel onSeen={(texts) => void keptQueue.see(texts)} onStop={() => setCamera(false)}>
              <LastCheck view={view} sentence={sentence} />
            </CameraPanel>
          ) : (
            <>
              <button type="button" class="button wide" disabled={full} onClick={() => setCamera(true)}>
                {words.queue.startCamera}
              </button>
              <LastCheck view={view} sentence={sentence} />
            </>
          )}
          <label class="check-box">
            <input type="checkbox" checked={cues} onChange={(event) => chooseCues(event.currentTarget.checked)} />
            {words.queue.sound}
          </label>
          <FileButton
            label={words.queue.addFiles}
            hint={words.queue.addFilesHint}
            accept="image/*,application/pdf,application/xml,text/xml,.pdf,.xml"
            multiple
            onFiles={addFiles}
          />
          <TypedText onText={addTyped} />
          <button type="button" class="button quiet wide" onClick={onLeave}>
            {words.queue.leave}
          </button>
        </FileDrop>
        <div>
          <SendFiles view={view} />
          <QueueList entries={view.entries} sentence={sentence} onOpen={setOpened} />
          {view.entries.length > 0 && <QueueActions entries={view.entries} anchor={kept.anchor} />}
        </div>
      </div>
    </section>
  );
}

/** What opened this room is gone, so the focus goes to its heading. */
function useFocusAtStart(ready: boolean) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (ready) heading.current?.focus();
  }, [ready]);
  return heading;
}
