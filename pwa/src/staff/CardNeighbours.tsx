import { neighboursOf } from "./listPlace.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

interface CardNeighboursProps {
  readonly roleId: string;
  readonly recordId: string;
}

/** From one card to the next without the list in between. */
export function CardNeighbours({ roleId, recordId }: CardNeighboursProps) {
  const words = useStaffWords();
  const place = neighboursOf(roleId, recordId);
  if (!place) return null;
  return (
    <nav class="neighbours" aria-label={words.card.position(place.position, place.all)}>
      {place.previous ? (
        <a class="button quiet" href={`/truong/ky/${roleId}/${place.previous}`}>
          {words.card.previous}
        </a>
      ) : (
        <span />
      )}
      <span class="small">{words.card.position(place.position, place.all)}</span>
      {place.next ? (
        <a class="button quiet" href={`/truong/ky/${roleId}/${place.next}`}>
          {words.card.next}
        </a>
      ) : (
        <span />
      )}
    </nav>
  );
}
