import { useEffect } from "preact/hooks";
import { useTitle } from "../app/useTitle.ts";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { type HelpSection, vi } from "./words/vi.ts";

/** What parents ask. Nothing is folded away: it is to be searched, read aloud and printed as a whole. */
export function HelpPage() {
  const words = useWords({ vi, en });
  useTitle(words.title);
  useEffect(showAskedSection, []);
  return (
    <article class="page help">
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <nav class="help-contents no-print" aria-label={words.contents}>
        <ul>
          {words.sections.map(({ id, title }) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
      {words.sections.map((section) => (
        <Answer key={section.id} section={section} />
      ))}
      <p class="no-print">
        <button type="button" class="button quiet wide" onClick={() => window.print()}>
          {words.print}
        </button>
      </p>
    </article>
  );
}

function Answer({ section }: { readonly section: HelpSection }) {
  return (
    <section aria-labelledby={section.id}>
      <h2 id={section.id} tabIndex={-1}>
        {section.title}
      </h2>
      {section.text.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      {section.steps && (
        <ol>
          {section.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      {section.link && (
        <p class="no-print">
          <a class="help-link" href={section.link.href}>
            {section.link.label}
          </a>
        </p>
      )}
    </section>
  );
}

/** A link from another page names its answer; the browser looked for it before this page was there. */
function showAskedSection(): () => void {
  const frame = requestAnimationFrame(() => {
    const asked = document.getElementById(location.hash.slice(1));
    asked?.scrollIntoView();
    asked?.focus({ preventScroll: true });
  });
  return () => cancelAnimationFrame(frame);
}
