import type { ListedCard } from "../api/staffTypes.ts";
import { CardRow } from "./CardRow.tsx";
import { ChooseMany } from "./ChooseMany.tsx";
import { type Chosen, countChosen } from "./chosenCards.ts";
import { type ClassOfCards, groupByClass } from "./groupByClass.ts";
import { openedCard } from "./listPlace.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

interface ReadyCardsProps {
  readonly roleId: string;
  readonly cards: readonly ListedCard[];
  readonly chosen: Chosen;
  readonly put: (cards: readonly ListedCard[], wanted: boolean) => void;
}

/** What can be signed now: all at once, class by class, or one by one. */
export function ReadyCards({ roleId, cards, chosen, put }: ReadyCardsProps) {
  const words = useStaffWords();
  const classes = groupByClass(cards);
  return (
    <>
      <h2>{words.list.ready(cards.length)}</h2>
      <ChooseMany
        label={words.list.chooseAll(cards.length)}
        count={countChosen(chosen, cards)}
        all={cards.length}
        onChange={(wanted) => put(cards, wanted)}
      />
      {classes.length === 1 ? (
        <Rows roleId={roleId} cards={cards} chosen={chosen} put={put} />
      ) : (
        classes.map((group) => (
          <ClassSection key={group.name} roleId={roleId} group={group} chosen={chosen} put={put} />
        ))
      )}
    </>
  );
}

interface ClassSectionProps extends Omit<ReadyCardsProps, "cards"> {
  readonly group: ClassOfCards;
}

function ClassSection({ roleId, group, chosen, put }: ClassSectionProps) {
  const words = useStaffWords();
  const count = countChosen(chosen, group.cards);
  const holdsOpened = group.cards.some((card) => card.record_id === openedCard(roleId));
  return (
    <details class="class-section" open={holdsOpened}>
      <summary>
        <span>{words.classGroup(group.name)}</span>
        <span class="class-count">{words.list.chosenOf(count, group.cards.length)}</span>
      </summary>
      <ChooseMany
        label={words.list.chooseClass(group.name)}
        count={count}
        all={group.cards.length}
        onChange={(wanted) => put(group.cards, wanted)}
      />
      <Rows roleId={roleId} cards={group.cards} chosen={chosen} put={put} />
    </details>
  );
}

function Rows({ roleId, cards, chosen, put }: ReadyCardsProps) {
  return (
    <ul class="rows">
      {cards.map((card) => (
        <CardRow
          key={card.record_id}
          roleId={roleId}
          card={card}
          chosen={chosen.has(card.record_id)}
          onChange={(wanted) => put([card], wanted)}
        />
      ))}
    </ul>
  );
}
