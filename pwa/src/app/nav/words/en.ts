import type { NavWords } from "./vi.ts";

export const en: NavWords = {
  label: "Pages for parents",
  places: {
    cards: "Cards",
    shares: "Shared",
    history: "Who looked",
    requests: "Requests",
    account: "Account",
  },
};
