import type { CardWords } from "./vi.ts";

export const en: CardWords = {
  printNote:
    "Printed for reading. What counts is the signed PDF or XML; paper counts only when the issuing school or the department confirms it, or it is certified.",
  share: "Share",
  correct: "Report a mistake",
  summerTitle: "To be done over the summer",
  until: (day: string) => `Until ${day}.`,
  why: {
    title: "Why are the results what they are?",
    lead: "The rule behind each result, and what was missing for a better one.",
    result: "The card says",
    ask: "Not right? Ask the school to look at it again",
    source: (article: string, regulation: string) => `Article ${article}, ${regulation}`,
    groups: {
      educational: "Educational result",
      learning: "Learning results",
      training: "Training results",
      movingUp: "Moving up",
      title: "Title of the year",
      toDate: "Results up to the change of schools",
    },
  },
};
