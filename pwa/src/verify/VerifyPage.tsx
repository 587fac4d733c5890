import { useState } from "preact/hooks";
import { lazy } from "preact-iso";
import { useTitle } from "../app/useTitle.ts";
import { SingleCheck } from "./SingleCheck.tsx";
import { useKeeper } from "./useKeeper.ts";
import { useVerifyWords } from "./words/useVerifyWords.ts";
import "../style/verify.css";

/** Only admission desks need it; whoever checks one card does not load it. */
const QueueCheck = lazy(() => import("./queue/QueueCheck.tsx").then((module) => module.QueueCheck));

/** Anyone's page: what is this card worth? A QR code is checked on this device, a PDF or XML by the server. */
export function VerifyPage() {
  const words = useVerifyWords();
  useTitle(words.title);
  const kept = useKeeper();
  const [many, setMany] = useState(false);
  return many ? (
    <QueueCheck kept={kept} onLeave={() => setMany(false)} />
  ) : (
    <SingleCheck kept={kept} onMany={() => setMany(true)} />
  );
}
