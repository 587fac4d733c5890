import { Fragment } from "preact";
import { formatMark } from "../format/formatMark.ts";
import { useText } from "../i18n/language.tsx";
import type { OverallLevel, SecondaryResults } from "../verify/transcript.ts";
import { RemarkCell, RemarkRow } from "./RemarkCell.tsx";
import { ResultList } from "./ResultList.tsx";
import type { SubjectLabel } from "./subjectLabel.ts";

interface SecondaryTablesProps {
  readonly results: SecondaryResults;
  /** One a subject, in the same order. */
  readonly labels: readonly SubjectLabel[];
}

/** Results of grades 6 to 12 in the order of the official form (circular 22). */
export function SecondaryTables({ results, labels }: SecondaryTablesProps) {
  const text = useText();
  const remarks = labels.some((label) => label.remark || label.teacher);
  const reexamined = results.subjects.some((subject) => subject.reexamination !== null);
  return (
    <>
      <h2>{text.card.subjects}</h2>
      <div class="marks secondary">
        <table>
          <thead>
            <tr>
              <th scope="col">{text.card.subject}</th>
              <MarkHead long={text.card.semester1} short={text.card.semester1Short} />
              <MarkHead long={text.card.semester2} short={text.card.semester2Short} />
              <MarkHead long={text.card.year} short={text.card.yearShort} />
              {reexamined && <MarkHead long={text.card.reexamination} short={text.card.reexaminationShort} />}
              {remarks && (
                <th scope="col" class="remark">
                  {text.card.remark}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {results.subjects.map((subject, index) => {
              const label = labels[index];
              return (
                <Fragment key={subject.code}>
                  <tr>
                    <th scope="row">{label?.name ?? subject.code}</th>
                    <td class="mark">{formatMark(subject.semester_1)}</td>
                    <td class="mark">{formatMark(subject.semester_2)}</td>
                    <td class="mark year">{formatMark(subject.year)}</td>
                    {reexamined && <td class="mark">{formatMark(subject.reexamination)}</td>}
                    {remarks && <RemarkCell label={label} />}
                  </tr>
                  {remarks && <RemarkRow label={label} columns={reexamined ? 5 : 4} />}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      </div>
      <h2>{text.card.overallTitle}</h2>
      <OverallTable results={results} />
      <ResultList
        rows={[
          [text.card.absences, results.absences],
          [text.card.promoted, yesNo(results.promoted)],
          [text.card.secondaryProgramme, yesNo(results.programme_completed)],
        ]}
      />
    </>
  );

  function yesNo(answer: boolean | null): string | null {
    if (answer === null) return null;
    return answer ? text.card.yes : text.card.no;
  }
}

/** On a phone the short form is seen and the long one is read out. */
function MarkHead({ long, short }: { readonly long: string; readonly short: string }) {
  return (
    <th scope="col" class="mark" aria-label={long}>
      <span class="long">{long}</span>
      <span class="short">{short}</span>
    </th>
  );
}

function OverallTable({ results }: { readonly results: SecondaryResults }) {
  const text = useText();
  const word = (level: OverallLevel | null) => (level ? text.scale.overall[level] : "");
  const rows = [
    [text.card.semester1, results.training.semester_1, results.learning.semester_1],
    [text.card.semester2, results.training.semester_2, results.learning.semester_2],
    [text.card.year, results.training.year, results.learning.year],
  ] as const;
  const summer = results.training.after_summer !== null || results.learning.after_summer !== null;
  return (
    <div class="overall">
      <table>
        <thead>
          <tr>
            <th scope="col">{text.card.period}</th>
            <th scope="col">{text.card.training}</th>
            <th scope="col">{text.card.learning}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([period, training, learning]) => (
            <tr key={period}>
              <th scope="row">{period}</th>
              <td>{word(training)}</td>
              <td>{word(learning)}</td>
            </tr>
          ))}
          {summer && (
            <tr>
              <th scope="row">{text.card.afterSummer}</th>
              <td>{word(results.training.after_summer)}</td>
              <td>{word(results.learning.after_summer)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
