/** An open card with its seal; the same drawing as the app's icon. */
export function BrandMark() {
  return (
    <svg class="brand-mark" viewBox="0 0 48 48" width="40" height="40" aria-hidden="true" focusable="false">
      <rect width="48" height="48" rx="11" fill="var(--brand)" />
      <path
        d="M11 12.5c4.6-1.6 9-1.4 13 1 4-2.4 8.4-2.6 13-1v22c-4.6-1.4-9-1.2-13 1.3-4-2.5-8.4-2.7-13-1.3z"
        fill="#fdf9f1"
      />
      <path d="M24 13.5v22.3" stroke="var(--brand)" stroke-width="1.5" />
      <path d="M14.5 18.5h6M14.5 22.5h6M14.5 26.5h4" stroke="#8d84b8" stroke-width="1.8" stroke-linecap="round" />
      <circle cx="31" cy="24" r="5.5" fill="#c8372d" />
      <path
        d="m28.6 24 1.8 1.8 3.2-3.5"
        fill="none"
        stroke="#fff"
        stroke-width="1.7"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
