import { useLanguage } from "../i18n/language.tsx";
import { BrandMark } from "./BrandMark.tsx";
import { useConfiguration } from "./configuration.tsx";
import { DisplayButton } from "./display/DisplayButton.tsx";

export function Header() {
  const { language, text, choose } = useLanguage();
  const configuration = useConfiguration();
  const other = language === "vi" ? "en" : "vi";
  return (
    <header class="header">
      <a class="skip" href="#content">
        {text.app.skip}
      </a>
      {configuration?.mode === "demo" && <p class="demo-strip">{text.app.demo}</p>}
      <div class="header-row">
        <a class="brand" href="/">
          <BrandMark />
          <span>
            <span class="brand-name">{text.app.name}</span>
            {configuration && <span class="brand-department">{configuration.department[language]}</span>}
          </span>
        </a>
        <div class="header-buttons">
          <DisplayButton />
          <button
            type="button"
            class="header-button"
            lang={other}
            title={text.app.otherLanguageHint}
            onClick={() => choose(other)}
          >
            <span aria-hidden="true">{other.toUpperCase()}</span>
            <span class="visually-hidden">{text.app.otherLanguage}</span>
          </button>
        </div>
      </div>
    </header>
  );
}
