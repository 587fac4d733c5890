import { useEffect, useRef } from "preact/hooks";
import type { ListedCard } from "../api/staffTypes.ts";
import { openedCard } from "./listPlace.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

interface CardRowProps {
  readonly roleId: string;
  readonly card: ListedCard;
  readonly chosen: boolean;
  readonly onChange: (wanted: boolean) => void;
}

/** A card that can be chosen: a box, and a name that opens it. */
export function CardRow({ roleId, card, chosen, onChange }: CardRowProps) {
  const words = useStaffWords();
  const name = nameOf(card, words.list.announced);
  return (
    <li class={chosen ? "card-row chosen" : "card-row"}>
      <label class="card-row-choice">
        <input
          type="checkbox"
          checked={chosen}
          aria-label={words.list.choose(name)}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      </label>
      <CardLink roleId={roleId} card={card} name={name} />
    </li>
  );
}

interface CardLinkProps {
  readonly roleId: string;
  readonly card: ListedCard;
  readonly name: string;
}

/** The name, what the reader ought to know before opening, and the way in. */
export function CardLink({ roleId, card, name }: CardLinkProps) {
  const words = useStaffWords();
  const link = useRef<HTMLAnchorElement>(null);
  const cameBack = openedCard(roleId) === card.record_id;
  useEffect(() => {
    if (!cameBack) return;
    link.current?.scrollIntoView({ block: "center" });
    link.current?.focus({ preventScroll: true });
  }, [cameBack]);
  return (
    <a ref={link} class="card-row-link" href={`/truong/ky/${roleId}/${card.record_id}`}>
      <span class="card-row-text">
        <span class="card-row-name">{name}</span>
        <span class="card-row-facts">
          {card.selectable && <span>{card.seen_at ? words.list.opened : words.list.notOpened}</span>}
          {card.changes > 0 && <span class="changed">{words.list.changed(card.changes)}</span>}
          {card.warnings > 0 && <span class="warned">{words.list.warnings(card.warnings)}</span>}
        </span>
      </span>
      <span class="chevron" aria-hidden="true" />
    </a>
  );
}

/** The pupil's name; one whose card is only announced is known by the school's own number. */
export function nameOf(card: ListedCard, announced: (pupilCode: string) => string): string {
  return card.name ?? announced(card.pupil_code);
}
