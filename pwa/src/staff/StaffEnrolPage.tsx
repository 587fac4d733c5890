import { STAFF } from "../access/door.ts";
import { Enrolment } from "../access/EnrolPage.tsx";
import { useScannedCode } from "../access/useScannedCode.ts";
import { useAccessWords } from "../access/words/useAccessWords.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

/** A teacher's first time: the invitation code, then a passkey. */
export function StaffEnrolPage() {
  const text = useAccessWords();
  const words = useStaffWords();
  const scanned = useScannedCode();
  return (
    <Enrolment
      door={STAFF}
      words={{ ...text.enrol, ...words.enrol }}
      personalCodeHint={words.login.personalCodeHint}
      scanned={scanned}
    />
  );
}
