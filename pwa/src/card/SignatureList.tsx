import type { SignatureReport } from "../api/types.ts";
import { formatInstant } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";

/** Who signed, in which role, whether it holds, and when: as proved, or as the signer says. */
export function SignatureList({ signatures }: { readonly signatures: readonly SignatureReport[] }) {
  const text = useText();
  const roles: Readonly<Record<string, string>> = text.roles;
  const indications: Readonly<Record<string, string>> = text.indications;
  return (
    <ul class="signatures">
      {signatures.map((signature) => (
        <li key={`${signature.role} ${signature.signer} ${signature.signed_at}`}>
          <span class="signature-role">
            {roles[signature.role] ?? signature.role}
            <span class={`badge ${signature.indication}`}>
              {indications[signature.indication] ?? signature.indication}
            </span>
          </span>
          {signature.signer && <span class="signature-name">{signature.signer}</span>}
          {signature.signed_at && <span class="small">{time(signature, formatInstant(signature.signed_at))}</span>}
        </li>
      ))}
    </ul>
  );

  /** Only the seal of a PDF carries a timestamp; every other time is its signer's own word. */
  function time(signature: SignatureReport, when: string): string {
    const proved = signature.role === "pdf_seal" && signature.indication === "TOTAL-PASSED";
    return proved ? text.card.provedAt(when) : text.card.signedAt(when);
  }
}
