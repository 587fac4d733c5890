import type { ListedCard } from "../api/staffTypes.ts";
import { useLanguage } from "../i18n/language.tsx";
import { CardLink, nameOf } from "./CardRow.tsx";
import { groupByClass } from "./groupByClass.ts";
import { openedCard } from "./listPlace.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

/** Above this, the list is closed at first: what can be signed must not be pushed off the screen. */
const SHOWN_OPEN = 8;

interface NotReadyCardsProps {
  readonly roleId: string;
  readonly cards: readonly ListedCard[];
}

/** What cannot be chosen yet, each with the reason. */
export function NotReadyCards({ roleId, cards }: NotReadyCardsProps) {
  const { language } = useLanguage();
  const words = useStaffWords();
  const classes = groupByClass(cards);
  const open = cards.length <= SHOWN_OPEN || cards.some((card) => card.record_id === openedCard(roleId));
  return (
    <details class="not-ready" open={open}>
      <summary>
        <h2>{words.list.notReady(cards.length)}</h2>
      </summary>
      <p class="small">{words.list.notReadyText}</p>
      {classes.map((group) => (
        <div key={group.name}>
          {classes.length > 1 && <h3>{words.classGroup(group.name)}</h3>}
          <ul class="rows">
            {group.cards.map((card) => (
              <li key={card.record_id} class="card-row blocked">
                <CardLink roleId={roleId} card={card} name={nameOf(card, words.list.announced)} />
                <ul class="obstacles">
                  {card.obstacles.map((obstacle) => (
                    <li key={obstacle.code}>{obstacle.sentence[language]}</li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </details>
  );
}
