import { useState } from "preact/hooks";
import type { ShareMade } from "../api/sharingTypes.ts";
import { Notice } from "../app/Notice.tsx";
import { formatInstant } from "../format/formatInstant.ts";
import { useWords } from "../i18n/useWords.ts";
import { LinkQrCode } from "./LinkQrCode.tsx";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** The link, the only time that it is seen: to send, to copy, or to be photographed. */
export function ShareResult({ made }: { readonly made: ShareMade }) {
  const words = useWords({ vi, en });
  const [copied, setCopied] = useState<boolean>();
  const { share, link } = made;
  const copy = () =>
    navigator.clipboard.writeText(link).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  const send = () => {
    navigator
      .share({ title: words.messageTitle, text: words.message(share.purpose), url: link })
      .catch(() => undefined);
  };
  return (
    <>
      <h1>{words.madeTitle}</h1>
      <Notice kind="done" title={words.madeFor(share.receiver)}>
        <p>{words.endsAt(formatInstant(share.expires_at))}</p>
        {share.has_passcode && <p>{words.tellPasscode}</p>}
      </Notice>
      <p>{words.onlyNow}</p>
      <p class="link-to-copy">{link}</p>
      <button type="button" class="button wide" onClick={copy}>
        {words.copy}
      </button>
      <p class="hint" role="status">
        {copied === true && words.copied}
        {copied === false && words.copyFailed}
      </p>
      {"share" in navigator && (
        <button type="button" class="button quiet wide" onClick={send}>
          {words.send}
        </button>
      )}
      <LinkQrCode link={link} label={words.qr} />
      <p class="small">{words.qrHint}</p>
      <p class="aside">
        <a href="/chia-se">{words.backToList}</a>
      </p>
    </>
  );
}
