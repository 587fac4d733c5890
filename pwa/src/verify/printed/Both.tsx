import type { BothLanguages, Tongue } from "./useBothLanguages.ts";

interface BothProps {
  readonly languages: BothLanguages;
  readonly say: (tongue: Tongue) => string;
}

/** Vietnamese first, English behind it in small letters; once where both say the same. */
export function Both({ languages, say }: BothProps) {
  const vietnamese = say(languages.vi);
  const english = say(languages.en);
  return (
    <>
      {vietnamese}
      {english !== vietnamese && (
        <>
          {" "}
          <span class="second" lang="en">
            {english}
          </span>
        </>
      )}
    </>
  );
}
