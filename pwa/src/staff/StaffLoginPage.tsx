import { STAFF } from "../access/door.ts";
import { Login } from "../access/LoginPage.tsx";
import { useAccessWords } from "../access/words/useAccessWords.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

/** The staff's login. */
export function StaffLoginPage() {
  const text = useAccessWords();
  return <Login door={STAFF} words={{ ...text.login, ...useStaffWords().login }} />;
}
