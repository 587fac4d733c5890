import type { ComponentChildren } from "preact";
import { subjectName, subjectsOf } from "../../card/subjectNames.ts";
import { formatMark } from "../../format/formatMark.ts";
import type { Language } from "../../i18n/dictionary.ts";
import { resultsOnPaper } from "../paperRows.ts";
import type { PrimaryResults, SecondaryResults, Transcript } from "../transcript.ts";
import { Both } from "./Both.tsx";
import type { BothLanguages, Tongue } from "./useBothLanguages.ts";

interface PrintedMarksProps {
  readonly record: Transcript;
  readonly languages: BothLanguages;
}

/** All marks beside the year's results, in the paper's order. */
export function PrintedMarks({ record, languages }: PrintedMarksProps) {
  const results = resultsOnPaper(record);
  return (
    <div class={`printed-marks ${results.kind}`}>
      {results.kind === "primary" ? (
        <PrimarySheet results={results} languages={languages} />
      ) : (
        <SecondarySheet results={results} languages={languages} />
      )}
    </div>
  );
}

function PrimarySheet({ results, languages }: { readonly results: PrimaryResults; readonly languages: BothLanguages }) {
  const both = (say: (tongue: Tongue) => string) => <Both languages={languages} say={say} />;
  return (
    <>
      <Table
        width="level"
        heads={[
          both(({ words }) => words.printed.subjects),
          both(({ text }) => text.card.level),
          both(({ text }) => text.card.score),
        ]}
      >
        {results.subjects.map(({ code, level, score }) => (
          <tr key={code}>
            <SubjectCell code={code} kind="primary" languages={languages} />
            <td>{level && both(({ text }) => text.scale.achievement[level])}</td>
            <td class="printed-number">{formatMark(score)}</td>
          </tr>
        ))}
      </Table>
      <div>
        <Table
          width="quality"
          heads={[both(({ text }) => text.card.qualitiesTitle), both(({ text }) => text.card.level)]}
        >
          {results.qualities.map((level, place) => (
            <tr key={languages.vi.text.scale.qualities[place]}>
              <th scope="row">{both(({ text }) => text.scale.qualities[place] ?? "")}</th>
              <td>{level && both(({ text }) => text.scale.quality[level])}</td>
            </tr>
          ))}
          {results.competences.map((level, place) => (
            <tr key={languages.vi.text.scale.competences[place]}>
              <th scope="row">{both(({ text }) => text.scale.competences[place] ?? "")}</th>
              <td>{level && both(({ text }) => text.scale.quality[level])}</td>
            </tr>
          ))}
        </Table>
        <Outcome
          languages={languages}
          rows={[
            [
              "resultTitle",
              results.educational_result && (({ text }) => wordOf(text.scale.educational, results.educational_result)),
            ],
            ["classProgramme", yesNo(results.class_programme_completed)],
            ["primaryProgramme", yesNo(results.primary_programme_completed)],
            ["promoted", yesNo(results.promoted)],
          ]}
        />
      </div>
    </>
  );
}

function SecondarySheet({
  results,
  languages,
}: {
  readonly results: SecondaryResults;
  readonly languages: BothLanguages;
}) {
  const both = (say: (tongue: Tongue) => string) => <Both languages={languages} say={say} />;
  const periods = ["semester_1", "semester_2", "year", "after_summer"] as const;
  const periodWords = {
    semester_1: "semester1",
    semester_2: "semester2",
    year: "year",
    after_summer: "afterSummer",
  } as const;
  const again = results.subjects.some((subject) => subject.reexamination !== null);
  const heads = ["semester1", "semester2", "year", ...(again ? (["reexamination"] as const) : [])] as const;
  return (
    <>
      <Table
        width="number"
        heads={[
          both(({ words }) => words.printed.subjects),
          ...heads.map((head) => both(({ text }) => text.card[head])),
        ]}
      >
        {results.subjects.map(({ code, semester_1, semester_2, year, reexamination }) => (
          <tr key={code}>
            <SubjectCell code={code} kind="secondary" languages={languages} />
            <td class="printed-number">{formatMark(semester_1)}</td>
            <td class="printed-number">{formatMark(semester_2)}</td>
            <td class="printed-number">{formatMark(year)}</td>
            {again && <td class="printed-number">{formatMark(reexamination)}</td>}
          </tr>
        ))}
      </Table>
      <div>
        <Table
          width="period"
          heads={[
            both(({ text }) => text.card.period),
            both(({ text }) => text.card.training),
            both(({ text }) => text.card.learning),
          ]}
        >
          {periods.map((period) => (
            <tr key={period}>
              <th scope="row">{both(({ text }) => text.card[periodWords[period]])}</th>
              <td>{both(({ text }) => wordOf(text.scale.overall, results.training[period]))}</td>
              <td>{both(({ text }) => wordOf(text.scale.overall, results.learning[period]))}</td>
            </tr>
          ))}
        </Table>
        <Outcome
          languages={languages}
          rows={[
            ["absences", results.absences === null ? null : () => String(results.absences)],
            ["promoted", yesNo(results.promoted)],
            ["secondaryProgramme", yesNo(results.programme_completed)],
          ]}
        />
      </div>
    </>
  );
}

interface TableProps {
  /** How much room each column but the first has. */
  readonly width: "number" | "period" | "level" | "quality";
  readonly heads: readonly ComponentChildren[];
  readonly children: ComponentChildren;
}

function Table({ width, heads, children }: TableProps) {
  return (
    <table>
      <thead>
        <tr>
          {heads.map((head, place) => (
            <th key={place} scope="col" class={place > 0 ? `printed-${width}` : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

interface SubjectCellProps {
  readonly code: string;
  readonly kind: "primary" | "secondary";
  readonly languages: BothLanguages;
}

function SubjectCell({ code, kind, languages }: SubjectCellProps) {
  const own = !subjectsOf(kind).some((subject) => subject.code === code);
  const name = (tongue: Tongue, language: Language) =>
    own ? tongue.words.ownSubject(code) : subjectName(kind, code, language);
  return (
    <th scope="row">
      <Both languages={languages} say={(tongue) => name(tongue, tongue === languages.vi ? "vi" : "en")} />
    </th>
  );
}

type Say = (tongue: Tongue) => string;

interface OutcomeProps {
  readonly languages: BothLanguages;
  readonly rows: readonly (readonly [keyof Tongue["text"]["card"] & string, Say | null | ""])[];
}

function Outcome({ languages, rows }: OutcomeProps) {
  return (
    <table>
      <tbody>
        {rows.map(
          ([label, say]) =>
            say && (
              <tr key={label}>
                <th scope="row">
                  <Both languages={languages} say={({ text }) => String(text.card[label])} />
                </th>
                <td>
                  <Both languages={languages} say={say} />
                </td>
              </tr>
            ),
        )}
      </tbody>
    </table>
  );
}

function yesNo(answer: boolean | null): Say | null {
  return answer === null ? null : ({ text }) => (answer ? text.card.yes : text.card.no);
}

function wordOf<K extends string>(words: Readonly<Record<K, string>>, level: K | null): string {
  return level === null ? "" : words[level];
}
