import { useSessionWatch } from "../../access/useSessionWatch.ts";
import { useWords } from "../../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

type Place = keyof typeof vi.places;

/** A drawing of 24 by 24 for each place, and the pages that belong to it. */
const PLACES: readonly {
  readonly place: Place;
  readonly href: string;
  readonly pages: RegExp;
  readonly path: string;
}[] = [
  {
    place: "cards",
    href: "/con",
    pages: /^\/(?:con|hoc-ba\/.+)$/,
    path: "M12 6c-2.5-1.5-5-1.8-8-1v13c3-.8 5.5-.5 8 1 2.5-1.5 5-1.8 8-1V5c-3-.8-5.5-.5-8 1zm0 0v13",
  },
  {
    place: "shares",
    href: "/chia-se",
    pages: /^\/chia-se/,
    path: "M10 14a4 4 0 0 0 6 .4l2.6-2.6a4 4 0 0 0-5.7-5.7L11.5 7.5M14 10a4 4 0 0 0-6-.4l-2.6 2.6a4 4 0 0 0 5.7 5.7l1.4-1.4",
  },
  {
    place: "history",
    href: "/nhat-ky",
    pages: /^\/nhat-ky/,
    path: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
  },
  {
    place: "requests",
    href: "/yeu-cau",
    pages: /^\/yeu-cau/,
    path: "M4 5h16v11H9.5L5.5 19.5V16H4zM8 9h8M8 12.3h5",
  },
  {
    place: "account",
    href: "/tai-khoan",
    pages: /^\/tai-khoan/,
    path: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
  },
];

/** At the thumb: every room of a parent is one tap from every other, as long as there is a session. */
export function ParentNav({ path }: { readonly path: string }) {
  const words = useWords({ vi, en });
  useSessionWatch();
  return (
    <nav class="parent-nav" aria-label={words.label}>
      <ul>
        {PLACES.map(({ place, href, pages, path: drawing }) => (
          <li key={place}>
            <a href={href} aria-current={pages.test(path) ? "page" : undefined}>
              <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                <path d={drawing} />
              </svg>
              {words.places[place]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
