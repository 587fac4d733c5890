import { Fragment } from "preact";
import { formatMark } from "../format/formatMark.ts";
import { useText } from "../i18n/language.tsx";
import type { PrimaryResults, QualityLevel } from "../verify/transcript.ts";
import { RemarkCell, RemarkRow } from "./RemarkCell.tsx";
import { ResultList } from "./ResultList.tsx";
import type { SubjectLabel } from "./subjectLabel.ts";

export interface PrimaryComments {
  readonly qualities: string | null;
  readonly generalCompetences: string | null;
  readonly specificCompetences: string | null;
}

interface PrimaryTablesProps {
  readonly results: PrimaryResults;
  /** One a subject, in the same order. */
  readonly labels: readonly SubjectLabel[];
  /** The teacher's words; a check has none, they are not in the capsule. */
  readonly comments?: PrimaryComments;
}

/** Results of grades 1 to 5 in the order of the official form (circular 27, annex 1). */
export function PrimaryTables({ results, labels, comments }: PrimaryTablesProps) {
  const text = useText();
  const remarks = labels.some((label) => label.remark);
  return (
    <>
      <h2>{text.card.subjects}</h2>
      <div class="marks primary">
        <table>
          <thead>
            <tr>
              <th scope="col">{text.card.subject}</th>
              <th scope="col">{text.card.level}</th>
              <th scope="col" class="mark">
                {text.card.score}
              </th>
              {remarks && (
                <th scope="col" class="remark">
                  {text.card.remark}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {results.subjects.map((subject, index) => (
              <Fragment key={subject.code}>
                <tr>
                  <th scope="row">{labels[index]?.name ?? subject.code}</th>
                  <td class="level">{subject.level && text.scale.achievement[subject.level]}</td>
                  <td class="mark">{formatMark(subject.score)}</td>
                  {remarks && <RemarkCell label={labels[index]} />}
                </tr>
                {remarks && <RemarkRow label={labels[index]} columns={3} />}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      <QualityTable
        title={text.card.qualitiesTitle}
        names={text.scale.qualities}
        levels={results.qualities}
        comment={comments?.qualities}
      />
      <QualityTable
        title={text.card.generalTitle}
        names={text.scale.competences.slice(0, 3)}
        levels={results.competences.slice(0, 3)}
        comment={comments?.generalCompetences}
      />
      <QualityTable
        title={text.card.specificTitle}
        names={text.scale.competences.slice(3)}
        levels={results.competences.slice(3)}
        comment={comments?.specificCompetences}
      />
      <ResultList
        rows={[
          [text.card.resultTitle, results.educational_result && text.scale.educational[results.educational_result]],
          [text.card.classProgramme, yesNo(results.class_programme_completed)],
          [text.card.primaryProgramme, yesNo(results.primary_programme_completed)],
          [text.card.promoted, yesNo(results.promoted)],
        ]}
      />
    </>
  );

  function yesNo(answer: boolean | null): string | null {
    if (answer === null) return null;
    return answer ? text.card.yes : text.card.no;
  }
}

interface QualityTableProps {
  readonly title: string;
  readonly names: readonly string[];
  readonly levels: readonly (QualityLevel | null)[];
  readonly comment: string | null | undefined;
}

function QualityTable({ title, names, levels, comment }: QualityTableProps) {
  const text = useText();
  return (
    <>
      <h3>{title}</h3>
      <dl class="levels">
        {names.map((name, index) => {
          const level = levels[index];
          return (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{level ? text.scale.quality[level] : ""}</dd>
            </div>
          );
        })}
      </dl>
      {comment && <p class="comment">{comment}</p>}
    </>
  );
}
