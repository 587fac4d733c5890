import type { Child } from "../api/types.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { ChildSection, childAnchor } from "./ChildSection.tsx";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** Above this, a list of names stands before the children and each shows its newest year only. */
const FEW_CHILDREN = 2;
const YEARS_OF_FEW = 2;
const YEARS_OF_MANY = 1;

/** All children of a parent: one is a page, seven are still easy to find one's way in. */
export function ChildList({ pupils }: { readonly pupils: readonly Child[] }) {
  const text = useText();
  const words = useWords({ vi, en });
  const many = pupils.length > FEW_CHILDREN;
  return (
    <>
      {many && (
        <nav aria-label={words.goTo}>
          <ul class="jumps">
            {pupils.map((child) => (
              <li key={child.pupil_id}>
                <a href={`#${childAnchor(child)}`}>
                  {child.name}
                  <span class="small">{text.children.classGroup(child.class_group)}</span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      {pupils.map((child) => (
        <ChildSection key={child.pupil_id} child={child} yearsShown={many ? YEARS_OF_MANY : YEARS_OF_FEW} />
      ))}
    </>
  );
}
