import type { Answer, Line, LineName, Verdict } from "./verdict.ts";

const MARKS: Readonly<Record<Answer, string>> = { yes: "✓", no: "✗", unknown: "?" };
const LINES: readonly LineName[] = ["intact", "issuer", "status"];

interface ThreeLinesProps {
  readonly verdict: Verdict;
  readonly sentence: (code: string) => string;
}

/** The three questions below a verdict, each with how it was answered. */
export function ThreeLines({ verdict, sentence }: ThreeLinesProps) {
  return (
    <ul class="lines">
      {LINES.map((name) => (
        <LineRow
          key={name}
          title={sentence(`line_${name}`)}
          line={verdict[name]}
          issuer={name === "issuer" ? verdict.issuer.name : null}
          sentence={sentence}
        />
      ))}
    </ul>
  );
}

interface LineRowProps {
  readonly title: string;
  readonly line: Line;
  /** Who issued the card, once that is proven. */
  readonly issuer: string | null;
  readonly sentence: (code: string) => string;
}

function LineRow({ title, line, issuer, sentence }: LineRowProps) {
  return (
    <li class={`line ${line.answer}`}>
      <span class="line-mark" aria-hidden="true">
        {MARKS[line.answer]}
      </span>
      <div>
        <p class="line-title">
          {title} <strong>{issuer && line.answer === "yes" ? issuer : sentence(`answer_${line.answer}`)}</strong>
        </p>
        {line.codes.map((code) => (
          <p key={code} class="line-sentence">
            {sentence(code)}
          </p>
        ))}
      </div>
    </li>
  );
}
