import { render } from "preact";
import { App } from "./app/App.tsx";
import { applyDisplay, keptDisplay } from "./app/display/display.ts";
import { endReadingsWithSession } from "./offline/endWithSession.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/card.css";
import "./style/marks.css";
import "./style/print.css";

applyDisplay(keptDisplay());
endReadingsWithSession();

const root = document.getElementById("app");
if (root) render(<App />, root);
