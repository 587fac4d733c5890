import type { ComponentChildren } from "preact";
import type { Outcome } from "./verdict.ts";

/** One outline and one sign for each verdict, so that it is told without colour too. */
const DRAWINGS: Readonly<Record<Outcome, ComponentChildren>> = {
  // a seal with a tick
  genuine: (
    <>
      <path d="m24 3 5.2 4 6.5-.6 2 6.2 5.6 3.4-2 6.2 2 6.2-5.6 3.4-2 6.2-6.5-.6L24 42l-5.2-4.6-6.5.6-2-6.2-5.6-3.4 2-6.2-2-6.2 5.6-3.4 2-6.2 6.5.6z" />
      <path d="m15.5 23 6 6L33 17" />
    </>
  ),
  // two sheets, the upper one newer
  superseded: (
    <>
      <path d="M14 10V5h24v30h-5" />
      <path d="M9 11h24v32H9z" />
      <path d="M15 27h11m-5-5 5 5-5 5" />
    </>
  ),
  // an octagon with a bar, as on the road
  revoked: (
    <>
      <path d="M16 4h16l12 12v16L32 44H16L4 32V16z" />
      <path d="M14 24h20" />
    </>
  ),
  // a torn sheet
  altered: (
    <>
      <path d="M10 4h28v17l-6 5-5-4-6 6-5-4-6 5z" />
      <path d="M10 37l6-5 5 4 6-6 5 4 6-5v15H10z" />
    </>
  ),
  // a shield with a cross
  untrusted: (
    <>
      <path d="M24 4 7 10v12c0 11 7 18 17 22 10-4 17-11 17-22V10z" />
      <path d="m17 17 14 14m0-14L17 31" />
    </>
  ),
  // a sheet of dashes
  unreadable: (
    <>
      <path d="M10 4h28v40H10z" stroke-dasharray="5 4" />
      <path d="M20 19a4.5 4.5 0 1 1 6.5 4c-1.8 1-2.5 2-2.5 4m0 5.5v.5" />
    </>
  ),
  // an hourglass: something is missing still
  undetermined: (
    <>
      <path d="M11 4h26M11 44h26M14 4v7c0 6 10 8 10 13S14 31 14 37v7M34 4v7c0 6-10 8-10 13s10 7 10 13v7" />
    </>
  ),
};

export function VerdictIcon({ outcome }: { readonly outcome: Outcome }) {
  return (
    <svg
      class="verdict-icon"
      viewBox="0 0 48 48"
      fill="none"
      stroke="currentColor"
      stroke-width="3"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {DRAWINGS[outcome]}
    </svg>
  );
}
