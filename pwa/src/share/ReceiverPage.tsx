import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/problem.ts";
import { request } from "../api/request.ts";
import type { SharedCards, ShareOffer } from "../api/sharingTypes.ts";
import { Loading } from "../app/Loading.tsx";
import { Notice } from "../app/Notice.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { takeFragment } from "../app/takeFragment.ts";
import { useResource } from "../app/useResource.ts";
import { useTitle } from "../app/useTitle.ts";
import { useWords } from "../i18n/useWords.ts";
import { OpenedBefore } from "./OpenedBefore.tsx";
import { OpenForm } from "./OpenForm.tsx";
import { isOpenInThisTab, markOpenInThisTab } from "./openInThisTab.ts";
import { SharedCardsView } from "./SharedCardsView.tsx";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** A secret is base64url; the skip link's fragment is not one. */
const SECRET = /^#[A-Za-z0-9_-]{20,}$/;

/** Whoever got a link: who it is for, who they are, and then the cards. */
export function ReceiverPage() {
  const words = useWords({ vi, en });
  useTitle(words.receiverTitle);
  const [secret, setSecret] = useState("");
  const [cards, setCards] = useState<SharedCards>();

  useEffect(() => {
    const read = () => {
      if (!SECRET.test(location.hash)) return;
      setCards(undefined);
      setSecret(takeFragment());
    };
    read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);

  const opened = useCallback((shown: SharedCards) => {
    markOpenInThisTab();
    setCards(shown);
  }, []);

  if (cards) return <SharedCardsView shared={cards} />;
  const noLink = (
    <Notice kind="info" title={words.noLinkTitle}>
      <p>{words.noLinkText}</p>
      <Help />
    </Notice>
  );
  return (
    <section class="page narrow">
      <h1>{words.receiverTitle}</h1>
      {secret && <Offer key={secret} secret={secret} onOpened={opened} />}
      {!secret && (isOpenInThisTab() ? <OpenedBefore onOpened={opened}>{noLink}</OpenedBefore> : noLink)}
    </section>
  );
}

/** Why links end, and what to ask for. */
function Help() {
  const words = useWords({ vi, en });
  return (
    <p>
      <a href="/tro-giup#lien-ket">{words.linkHelp}</a>
    </p>
  );
}

interface OfferProps {
  readonly secret: string;
  readonly onOpened: (cards: SharedCards) => void;
}

function Offer({ secret, onOpened }: OfferProps) {
  const load = useCallback(
    (signal: AbortSignal) => request<ShareOffer>(signal, "/api/shared/look", { method: "POST", json: { secret } }),
    [secret],
  );
  const offer = useResource(load);
  if (offer.error instanceof ApiError && offer.error.status > 0 && offer.error.status < 500) {
    // A link that is over stays over: there is no trying again.
    return (
      <>
        <ProblemNotice error={offer.error} />
        <Help />
      </>
    );
  }
  if (offer.error !== undefined) return <ProblemNotice error={offer.error} onRetry={offer.reload} />;
  if (!offer.value) return <Loading />;
  return <OpenForm offer={offer.value} secret={secret} onOpened={onOpened} />;
}
