import type { ChildrenWords } from "./vi.ts";

export const en: ChildrenWords = {
  ownTitle: "My report cards",
  goTo: "Choose a pupil",
  earlierYears: (n: number) => (n === 1 ? "1 earlier school year" : `${n} earlier school years`),
  olderCard: (day: string) => `Issued ${day}, see what differs`,
  whatToDo: {
    supplementary_lessons:
      "The school helps and assesses again. Ask the homeroom teacher what to learn, on which days, and when the assessment is.",
    reexamination: "Ask the homeroom teacher which subjects are examined again, on which days, and how to register.",
    summer_training: "Ask the homeroom teacher what the training is, where, and who judges it.",
    personal_code: "Give the school the pupil's personal code, from the birth certificate or the identity card.",
  },
  share: "Share",
  history: "Who looked",
  requests: "Corrections, requests",
  forChild: (name: string) => `What to do with ${name}'s cards`,
  consent: {
    title: "May your parents read on?",
    lead: "From the age of 18 you decide. It takes effect at once, either way.",
    none: "There is no mother, father or guardian to decide on.",
    may: "May read",
    mayNot: "May not read",
    since: (day: string) => `may read since ${day}`,
    allow: "Let them read on",
    end: "No longer",
    relations: { mother: "Mother", father: "Father", guardian: "Guardian" },
  },
};
