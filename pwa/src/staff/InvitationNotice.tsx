import { STAFF } from "../access/door.ts";
import { Notice } from "../app/Notice.tsx";
import { formatDay } from "../format/formatInstant.ts";
import type { Invited } from "./PeoplePage.tsx";
import { useStaffWords } from "./words/useStaffWords.ts";

/** The code to hand over; behind `#` it reaches no server's log. */
export function InvitationNotice({ invited }: { readonly invited: Invited }) {
  const words = useStaffWords();
  const { name, invitation, renewed } = invited;
  if (!invitation) {
    return (
      <Notice kind="done">
        <p>{words.people.hasPasskey(name)}</p>
      </Notice>
    );
  }
  return (
    <Notice kind="done" title={words.people.invitedTitle(name)}>
      <p class="invitation-code">{invitation.activation_code}</p>
      <p>{words.people.invitedText(formatDay(invitation.expires_at))}</p>
      {renewed && <p>{words.people.newCodeText}</p>}
      <p class="small">{words.people.invitedLink}:</p>
      <p class="link-to-copy">{`${location.origin}${STAFF.enrol}#${invitation.activation_code}`}</p>
    </Notice>
  );
}
