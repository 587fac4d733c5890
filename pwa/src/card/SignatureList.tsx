import type { SignatureReport } from "../api/types.ts";
import { formatInstant } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";

/** Who signed, in which role, and when they say they did. */
export function SignatureList({ signatures }: { readonly signatures: readonly SignatureReport[] }) {
  const text = useText();
  const roles: Readonly<Record<string, string>> = text.roles;
  return (
    <ul class="signatures">
      {signatures.map((signature) => (
        <li key={`${signature.role} ${signature.signer} ${signature.signed_at}`}>
          <span class="signature-role">{roles[signature.role] ?? signature.role}</span>
          {signature.signer && <span class="signature-name">{signature.signer}</span>}
          {signature.signed_at && <span class="small">{text.card.signedAt(formatInstant(signature.signed_at))}</span>}
        </li>
      ))}
    </ul>
  );
}
