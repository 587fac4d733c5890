import { STAFF } from "../access/door.ts";
import { Enrolment } from "../access/EnrolPage.tsx";
import { useText } from "../i18n/language.tsx";
import { useStaffWords } from "./words/useStaffWords.ts";

/** A teacher's first time: the invitation code, then a passkey. */
export function StaffEnrolPage() {
  const text = useText();
  const words = useStaffWords();
  return (
    <Enrolment door={STAFF} words={{ ...text.enrol, ...words.enrol }} personalCodeHint={words.login.personalCodeHint} />
  );
}
