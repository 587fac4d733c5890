import { render } from "preact";
import { App } from "./app/App.tsx";
import { applyDisplay, keptDisplay } from "./app/display/display.ts";
import { endReadingsWithSession } from "./offline/endWithSession.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/card.css";
import "./style/marks.css";
import "./style/form.css";
import "./style/nav.css";
import "./style/children.css";
import "./style/share.css";
import "./style/account.css";
import "./style/help.css";
import "./style/print.css";

applyDisplay(keptDisplay());
endReadingsWithSession();

const root = document.getElementById("app");
if (root) render(<App />, root);
