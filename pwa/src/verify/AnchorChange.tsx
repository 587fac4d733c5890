import { useConfiguration } from "../app/configuration.tsx";
import { Notice } from "../app/Notice.tsx";
import { groupedFingerprint } from "./groupedFingerprint.ts";
import { openListShelf } from "./listShelf.ts";
import { anchorOf, mayReplaceTrustAnchor, pinTrustAnchor, type TrustAnchor } from "./trustAnchor.ts";
import { useVerifyWords } from "./words/useVerifyWords.ts";

/** Shown when the server offers another trust anchor than the one this device holds. Nothing changes by itself. */
export function AnchorChange({ anchor }: { readonly anchor: TrustAnchor | undefined }) {
  const words = useVerifyWords();
  const offered = anchorOf(useConfiguration());
  if (!anchor || !offered || offered.thumbprint === anchor.thumbprint) return null;

  const accept = async () => {
    await openListShelf().clear();
    await pinTrustAnchor(offered);
    location.reload();
  };

  return (
    <Notice kind="warning" title={words.anchorTitle}>
      <p>{words.anchorText}</p>
      <dl class="fingerprints">
        <dt>{words.anchorKept}</dt>
        <dd>{groupedFingerprint(anchor.thumbprint)}</dd>
        <dt>{words.anchorOffered}</dt>
        <dd>{groupedFingerprint(offered.thumbprint)}</dd>
      </dl>
      {mayReplaceTrustAnchor() && (
        <button type="button" class="button quiet" onClick={accept}>
          {words.anchorAccept}
        </button>
      )}
    </Notice>
  );
}
