import { STAFF } from "../access/door.ts";
import { Login } from "../access/LoginPage.tsx";
import { useText } from "../i18n/language.tsx";
import { useStaffWords } from "./words/useStaffWords.ts";

/** The staff's login. */
export function StaffLoginPage() {
  const text = useText();
  return <Login door={STAFF} words={{ ...text.login, ...useStaffWords().login }} />;
}
