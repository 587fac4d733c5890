import type { CardSummary, Child } from "../api/types.ts";
import { Notice } from "../app/Notice.tsx";
import { StateBadge } from "../card/StateBadge.tsx";
import { formatDate } from "../format/formatDate.ts";
import { formatDay } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";

/** One child: name, school, what is still to come, and every card. */
export function ChildSection({ child }: { readonly child: Child }) {
  const text = useText();
  const heading = `child-${child.pupil_id}`;
  const reasons: Readonly<Record<string, string>> = text.children.pendingReasons;
  return (
    <section class="child" aria-labelledby={heading}>
      <h2 id={heading}>{child.name}</h2>
      <p class="child-place">
        {text.children.classGroup(child.class_group)} · {child.school_name}
      </p>
      {child.pending && (
        <Notice
          kind={child.pending.overdue ? "warning" : "info"}
          title={child.pending.overdue ? text.children.overdueTitle : text.children.pendingTitle}
        >
          <p>{reasons[child.pending.reason]}</p>
          <p>
            {child.pending.overdue
              ? text.children.overdueText(formatDate(child.pending.until))
              : text.children.pendingText(formatDate(child.pending.until))}
          </p>
        </Notice>
      )}
      {child.cards.length === 0 && !child.pending && <p class="small">{text.children.noCards}</p>}
      <ul class="cards">
        {[...child.cards].sort(newestFirst).map((card) => (
          <li key={card.record_id}>
            <CardLink card={card} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function CardLink({ card }: { readonly card: CardSummary }) {
  const text = useText();
  return (
    <a class={`card-link ${card.state}`} href={`/hoc-ba/${card.record_id}`}>
      <span class="card-link-text">
        <span class="card-link-year">{text.children.schoolYear(card.school_year)}</span>
        <span class="card-link-place">
          {text.children.classGroup(card.class_group)} · {card.school_name}
        </span>
        {card.state === "issued" ? (
          <span class="card-link-issued">{text.children.issued(formatDay(card.issued_at))}</span>
        ) : (
          <StateBadge state={card.state} />
        )}
      </span>
      <span class="chevron" aria-hidden="true" />
    </a>
  );
}

/** By school year, then by day of issue: a replacement stands above the card it replaced. */
function newestFirst(a: CardSummary, b: CardSummary): number {
  return b.school_year.localeCompare(a.school_year) || b.issued_at.localeCompare(a.issued_at);
}
