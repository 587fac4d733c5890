interface ResultListProps {
  /** Label and what the card says; rows of which it says nothing are left out. */
  readonly rows: readonly (readonly [label: string, value: string | number | null | undefined])[];
}

/** What a card says in single words and sentences. */
export function ResultList({ rows }: ResultListProps) {
  const filled = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  if (filled.length === 0) return null;
  return (
    <dl class="results">
      {filled.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
