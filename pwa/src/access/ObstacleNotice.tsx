import { useState } from "preact/hooks";
import { Notice } from "../app/Notice.tsx";
import { formatInstant } from "../format/formatInstant.ts";
import type { Obstacle } from "./findObstacle.ts";
import { useAccessWords } from "./words/useAccessWords.ts";

interface ObstacleNoticeProps {
  readonly obstacle: Obstacle;
  /** What to carry over into a real browser, activation code included. */
  readonly link: string;
  readonly lookAgain: () => void;
  readonly ignore: () => void;
}

/** Says what stands in the way of a passkey and what to do about it. */
export function ObstacleNotice({ obstacle, link, lookAgain, ignore }: ObstacleNoticeProps) {
  const text = useAccessWords();
  switch (obstacle.kind) {
    case "insecure":
      return (
        <Notice kind="error" title={text.passkey.insecureTitle}>
          <p>{text.passkey.insecureText}</p>
        </Notice>
      );
    case "unsupported":
      return (
        <Notice kind="error" title={text.passkey.unsupportedTitle}>
          <p>{text.passkey.unsupportedText}</p>
        </Notice>
      );
    case "wrong_clock":
      return <ClockNotice deviceTime={obstacle.deviceTime} serverTime={obstacle.serverTime} />;
    case "no_screen_lock":
      return (
        <Notice kind="warning" title={text.passkey.noLockTitle}>
          <p>{text.passkey.noLockText}</p>
          <div class="row">
            <button type="button" class="button" onClick={lookAgain}>
              {text.passkey.noLockAgain}
            </button>
            <button type="button" class="button quiet" onClick={ignore}>
              {text.passkey.tryAnyway}
            </button>
          </div>
        </Notice>
      );
    case "no_screen_lock_desktop":
      return (
        <Notice kind="info">
          <p>{text.passkey.noLockDesktop}</p>
        </Notice>
      );
    case "in_app":
      return <InAppNotice app={obstacle.app ?? text.passkey.otherApp} link={link} ignore={ignore} />;
  }
}

function ClockNotice({ deviceTime, serverTime }: { deviceTime: number; serverTime: number }) {
  const words = useAccessWords().clock;
  return (
    <Notice kind="warning" title={words.title}>
      <p>{words.text(formatInstant(deviceTime), formatInstant(serverTime))}</p>
      <p>{words.whatToDo}</p>
    </Notice>
  );
}

function InAppNotice({ app, link, ignore }: { app: string; link: string; ignore: () => void }) {
  const text = useAccessWords();
  const [copied, setCopied] = useState<"yes" | "no">();
  const copy = () =>
    navigator.clipboard.writeText(link).then(
      () => setCopied("yes"),
      () => setCopied("no"),
    );
  return (
    <Notice kind="warning" title={text.passkey.inAppTitle(app)}>
      <p>{text.passkey.inAppText(app)}</p>
      <ol>
        {text.passkey.inAppSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <div class="row">
        <button type="button" class="button" onClick={copy}>
          {text.passkey.copyLink}
        </button>
        <button type="button" class="button quiet" onClick={ignore}>
          {text.passkey.tryAnyway}
        </button>
      </div>
      <p role="status" class="small">
        {copied === "yes" && text.passkey.copied}
        {copied === "no" && text.passkey.copyFailed}
      </p>
      {copied === "no" && <p class="link-to-copy">{link}</p>}
    </Notice>
  );
}
