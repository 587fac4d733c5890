import { useText } from "../i18n/language.tsx";

export function Footer() {
  const text = useText();
  return (
    <footer class="footer">
      <p>{text.app.footer}</p>
      <p>
        <a href="/tro-giup">{text.app.help}</a>
      </p>
    </footer>
  );
}
