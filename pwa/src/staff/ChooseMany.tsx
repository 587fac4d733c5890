interface ChooseManyProps {
  readonly label: string;
  readonly count: number;
  readonly all: number;
  readonly onChange: (wanted: boolean) => void;
}

/** One box over many: ticked when all are chosen, half ticked when some are. */
export function ChooseMany({ label, count, all, onChange }: ChooseManyProps) {
  return (
    <label class="choose-many">
      <input
        type="checkbox"
        checked={count === all}
        indeterminate={count > 0 && count < all}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
