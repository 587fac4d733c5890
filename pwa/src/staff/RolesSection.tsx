import type { HeldRole, StaffMe } from "../api/staffTypes.ts";
import { Notice } from "../app/Notice.tsx";
import { formatDay } from "../format/formatInstant.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

/** As what the reader is here, and with which certificate they sign. */
export function RolesSection({ me }: { readonly me: StaffMe }) {
  const words = useStaffWords();
  const signs = me.roles.some((held) => held.role === "homeroom_teacher" || held.role === "manager");
  return (
    <>
      {signs && !me.certificate && (
        <Notice kind="warning">
          <p>{words.home.noCertificate}</p>
        </Notice>
      )}
      <h2>{words.home.roles}</h2>
      {me.roles.length === 0 && <p>{words.home.noRoles}</p>}
      <ul class="signatures">
        {me.roles.map((held) => (
          <li key={held.role_id}>
            <RoleLine held={held} />
          </li>
        ))}
      </ul>
      {me.certificate && (
        <>
          <h3>{words.home.certificate}</h3>
          <p class="certificate">
            {words.home.certificateUntil(
              me.certificate.subject ?? me.certificate.fingerprint.slice(0, 16),
              formatDay(me.certificate.valid_until),
            )}
          </p>
        </>
      )}
    </>
  );
}

function RoleLine({ held }: { readonly held: HeldRole }) {
  const words = useStaffWords();
  const place = [
    held.class_group && words.classGroup(held.class_group),
    held.school_name ?? words.home.officerPlace,
    held.school_year && words.schoolYear(held.school_year),
    held.on_behalf && words.onBehalf,
  ].filter(Boolean);
  return (
    <>
      <span class="signature-name">{words.roles[held.role]}</span>
      <span class="small">{place.join(" · ")}</span>
    </>
  );
}
