import { useTitle } from "../app/useTitle.ts";
import { useText } from "../i18n/language.tsx";
import { CheckIcon, FamilyIcon } from "./DoorIcons.tsx";

/** What this is, and its two doors. */
export function HomePage() {
  const text = useText();
  useTitle(text.app.name);
  return (
    <section class="page home">
      <h1>{text.home.title}</h1>
      <p class="lead">{text.home.lead}</p>
      <nav class="doors" aria-label={text.home.title}>
        <a class="door" href="/con">
          <FamilyIcon />
          <span>
            <span class="door-title">{text.home.parentsTitle}</span>
            <span class="door-text">{text.home.parentsText}</span>
          </span>
        </a>
        <a class="door" href="/v">
          <CheckIcon />
          <span>
            <span class="door-title">{text.home.checkTitle}</span>
            <span class="door-text">{text.home.checkText}</span>
          </span>
        </a>
      </nav>
      <p class="aside">
        {text.home.firstTime} <a href="/kich-hoat">{text.home.firstTimeLink}</a>
        <br />
        {text.home.staff} <a href="/truong">{text.home.staffLink}</a>
      </p>
    </section>
  );
}
