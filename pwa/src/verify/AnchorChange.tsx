import { useConfiguration } from "../app/configuration.tsx";
import { Notice } from "../app/Notice.tsx";
import { useText } from "../i18n/language.tsx";
import { openListShelf } from "./listShelf.ts";
import { anchorOf, mayReplaceTrustAnchor, pinTrustAnchor, type TrustAnchor } from "./trustAnchor.ts";

/** Shown when the server offers another trust anchor than the one this device holds. Nothing changes by itself. */
export function AnchorChange({ anchor }: { readonly anchor: TrustAnchor | undefined }) {
  const text = useText();
  const offered = anchorOf(useConfiguration());
  if (!anchor || !offered || offered.thumbprint === anchor.thumbprint) return null;

  const accept = async () => {
    await openListShelf().clear();
    await pinTrustAnchor(offered);
    location.reload();
  };

  return (
    <Notice kind="warning" title={text.verify.anchorTitle}>
      <p>{text.verify.anchorText}</p>
      <dl class="fingerprints">
        <dt>{text.verify.anchorKept}</dt>
        <dd>{grouped(anchor.thumbprint)}</dd>
        <dt>{text.verify.anchorOffered}</dt>
        <dd>{grouped(offered.thumbprint)}</dd>
      </dl>
      {mayReplaceTrustAnchor() && (
        <button type="button" class="button quiet" onClick={accept}>
          {text.verify.anchorAccept}
        </button>
      )}
    </Notice>
  );
}

/** Groups of eight digits: two people can read them to each other. */
function grouped(thumbprint: string): string {
  return thumbprint.replace(/.{8}(?=.)/g, "$& ");
}
