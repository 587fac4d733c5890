import type { CardSummary, Child } from "../api/types.ts";
import { CheckField } from "../form/CheckField.tsx";
import { ChoiceField } from "../form/ChoiceField.tsx";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { type Draft, shareable } from "./draft.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface CardChoiceProps {
  readonly pupil: Child;
  readonly draft: Draft;
  readonly wrong: string | undefined;
  readonly onChange: (part: Partial<Draft>) => void;
}

/** The others are a tap away; most receivers want the newest ones. */
const CARDS_SHOWN = 3;

/** Some cards, or all of them and those to come. */
export function CardChoice({ pupil, draft, wrong, onChange }: CardChoiceProps) {
  const text = useText();
  const words = useWords({ vi, en });
  const toggle = (recordId: string, chosen: boolean) =>
    onChange({
      recordIds: chosen ? [...draft.recordIds, recordId] : draft.recordIds.filter((one) => one !== recordId),
    });
  const cards = shareable(pupil);
  const shown = cards.length <= CARDS_SHOWN + 1 ? cards.length : CARDS_SHOWN;
  const hiddenChosen = cards.slice(shown).some((card) => draft.recordIds.includes(card.record_id));
  const choice = (card: CardSummary) => (
    <CheckField
      key={card.record_id}
      label={`${card.school_year} · ${text.children.classGroup(card.class_group)}`}
      checked={draft.recordIds.includes(card.record_id)}
      onChange={(chosen) => toggle(card.record_id, chosen)}
    />
  );
  return (
    <>
      <ChoiceField
        legend={words.what}
        options={[
          { value: "chosen", label: words.chosenCards },
          { value: "all", label: words.allCards, hint: words.allCardsHint },
        ]}
        value={draft.which}
        onChange={(value) => onChange({ which: value === "all" ? "all" : "chosen" })}
      />
      {draft.which === "chosen" && (
        <fieldset class="choices inner">
          <legend class="visually-hidden">{words.chosenCards}</legend>
          {cards.slice(0, shown).map(choice)}
          {shown < cards.length && (
            <details open={hiddenChosen}>
              <summary>{words.moreCards(cards.length - shown)}</summary>
              {cards.slice(shown).map(choice)}
            </details>
          )}
          {wrong && (
            <p class="hint wrong" role="alert">
              {wrong}
            </p>
          )}
        </fieldset>
      )}
    </>
  );
}
