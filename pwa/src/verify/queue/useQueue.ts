import { useEffect, useState } from "preact/hooks";
import type { KeeperState } from "../useKeeper.ts";
import type { Cue, QueueView } from "./CheckQueue.ts";
import { giveCue } from "./cue.ts";
import { attachToQueue, keptQueue } from "./keptQueue.ts";

interface ShownQueue {
  readonly view: QueueView;
  readonly cues: boolean;
  readonly chooseCues: (on: boolean) => void;
}

/** The kept queue as it stands, and whether it is heard. */
export function useQueue({ equipment }: KeeperState): ShownQueue {
  const [view, show] = useState(keptQueue.view);
  const [cues, chooseCues] = useState(true);
  useEffect(() => {
    show(keptQueue.view);
    const onCue = (cue: Cue) => {
      if (cues) giveCue(cue);
    };
    return attachToQueue({ onChange: show, onCue }, equipment);
  }, [equipment, cues]);
  return { view, cues, chooseCues };
}
