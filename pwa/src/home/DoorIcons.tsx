const stroke = {
  fill: "none",
  stroke: "currentColor",
  "stroke-width": "2",
  "stroke-linecap": "round",
  "stroke-linejoin": "round",
} as const;

/** A grown-up and a child. */
export function FamilyIcon() {
  return (
    <svg class="door-icon" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <g {...stroke}>
        <circle cx="12" cy="8" r="4" />
        <path d="M4 27v-5a8 8 0 0 1 13-6" />
        <circle cx="22.5" cy="17" r="3" />
        <path d="M17 27.5a5.5 5.5 0 0 1 11 0" />
      </g>
    </svg>
  );
}

/** A code being looked at. */
export function CheckIcon() {
  return (
    <svg class="door-icon" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <g {...stroke}>
        <path d="M4 10V6a2 2 0 0 1 2-2h4M22 4h4a2 2 0 0 1 2 2v4M4 22v4a2 2 0 0 0 2 2h4M28 22v4a2 2 0 0 1-2 2h-4" />
        <path d="m10.5 16.5 4 4 7.5-8.5" stroke-width="2.6" />
      </g>
    </svg>
  );
}
