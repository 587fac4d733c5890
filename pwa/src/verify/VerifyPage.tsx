import { useTitle } from "../app/useTitle.ts";
import { SingleCheck } from "./SingleCheck.tsx";
import { useKeeper } from "./useKeeper.ts";
import { useVerifyWords } from "./words/useVerifyWords.ts";
import "../style/verify.css";

/** Anyone's page: what is this card worth? A QR code is checked on this device, a PDF or XML by the server. */
export function VerifyPage() {
  const words = useVerifyWords();
  useTitle(words.title);
  const kept = useKeeper();
  return <SingleCheck kept={kept} />;
}
