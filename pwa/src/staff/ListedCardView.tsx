import { useMemo } from "preact/hooks";
import type { CardWarning, ListedCard, ListedCardContent } from "../api/staffTypes.ts";
import type { CardRecord } from "../api/types.ts";
import { Notice } from "../app/Notice.tsx";
import { CardResults } from "../card/CardResults.tsx";
import { ChangeList } from "../card/ChangeList.tsx";
import { ResultList } from "../card/ResultList.tsx";
import { ResumeSection } from "../card/ResumeSection.tsx";
import { formatDate } from "../format/formatDate.ts";
import { useLanguage, useText } from "../i18n/language.tsx";
import { CardNeighbours } from "./CardNeighbours.tsx";
import { nameOf } from "./CardRow.tsx";
import { useChosen } from "./useChosen.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

interface ListedCardViewProps {
  readonly roleId: string;
  readonly content: ListedCardContent;
}

/** What stands in the way, what changed, what is odd; then the card as on paper; then the choice. */
export function ListedCardView({ roleId, content }: ListedCardViewProps) {
  const { language, text } = useLanguage();
  const words = useStaffWords();
  const { card, record, warnings, changes } = content;
  return (
    <>
      <header class="card-head">
        {record && (
          <p class="card-kind">
            <span>{text.levels[record.level]}</span> · <span>{words.schoolYear(record.transcript.school_year)}</span>
          </p>
        )}
        <h1>{text.card.title(nameOf(card, words.list.announced))}</h1>
        <p class="card-place">
          {words.classGroup(card.class_group)}
          {record && ` · ${record.school.name}`}
        </p>
      </header>
      {card.obstacles.length > 0 && (
        <Notice kind="info" title={words.card.cannotSign}>
          {card.obstacles.map((obstacle) => (
            <p key={obstacle.code}>{obstacle.sentence[language]}</p>
          ))}
        </Notice>
      )}
      {record && changes.length > 0 && (
        <Notice kind="warning" title={words.card.changesTitle}>
          <p>{words.card.changesText}</p>
          <ChangeList changes={changes} record={record} />
        </Notice>
      )}
      {warnings.length > 0 && <Warnings warnings={warnings} record={record} />}
      {record ? <RecordContent record={record} /> : <p>{words.card.noContent}</p>}
      {card.selectable && <ChoiceBox roleId={roleId} card={card} />}
      <CardNeighbours roleId={roleId} recordId={card.record_id} />
    </>
  );
}

interface WarningsProps {
  readonly warnings: readonly CardWarning[];
  readonly record: CardRecord | null;
}

function Warnings({ warnings, record }: WarningsProps) {
  const { language } = useLanguage();
  const words = useStaffWords();
  const subjectOf = (code: string) => record?.subject_details.find((detail) => detail.code === code)?.name ?? code;
  return (
    <Notice kind="warning" title={words.card.warningsTitle}>
      <ul class="points">
        {warnings.map((warning) => (
          <li key={`${warning.code} ${warning.field} ${warning.subject}`}>
            {warning.subject && <strong>{subjectOf(warning.subject)}: </strong>}
            {warning.sentence[language]}
            {warning.article && warning.regulation && (
              <span class="small"> ({words.card.article(warning.article, warning.regulation)})</span>
            )}
          </li>
        ))}
      </ul>
      <p class="small">{words.card.warningsText}</p>
    </Notice>
  );
}

function RecordContent({ record }: { readonly record: CardRecord }) {
  const text = useText();
  const words = useStaffWords();
  return (
    <>
      <CardResults record={record} />
      <h2>{text.card.signers}</h2>
      <ResultList
        rows={[
          [words.card.signerHomeroom, record.signers.homeroom_teacher_name],
          [
            words.card.signerManager,
            [record.signers.manager_title, record.signers.manager_name].filter(Boolean).join(" "),
          ],
          [text.card.dateOfBirth, formatDate(record.transcript.date_of_birth)],
          [text.card.regulation, record.transcript.regulation],
        ]}
      />
      <ResumeSection record={record} />
    </>
  );
}

function ChoiceBox({ roleId, card }: { readonly roleId: string; readonly card: ListedCard }) {
  const words = useStaffWords();
  const { chosen, put } = useChosen(
    roleId,
    useMemo(() => [card], [card]),
  );
  return (
    <label class="choose-many choice-box">
      <input
        type="checkbox"
        checked={chosen.has(card.record_id)}
        onChange={(event) => put([card], event.currentTarget.checked)}
      />
      <span>{chosen.has(card.record_id) ? words.card.chosen : words.card.chooseThis}</span>
    </label>
  );
}
