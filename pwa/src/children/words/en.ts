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
    personal_code:
      "Give the school the pupil's personal identification number, from the birth certificate or the identity card.",
  },
  share: "Share",
  history: "Who looked",
  requests: "Corrections, requests",
  forChild: (name: string) => `What to do with ${name}'s cards`,
  ofAge: {
    soonTitle: (name: string) => `${name} will be 18 soon`,
    soonText: (day: string) => `From ${day} your child decides about the report cards: you read on only if they agree.`,
    soonToDo:
      "Before that day, remind them to fetch an activation letter of their own at the school. Without an account of theirs nobody in the family can read the cards from that day on.",
    soonReady: "They have an account of their own. On that day they log in and let you read on.",
    grownTitle: (name: string) => `${name} is 18`,
    grownText: (day: string) => `Since ${day} your child decides about the report cards; you read on if they agree.`,
    grownToDo:
      "They have no account of their own yet: remind them to fetch an activation letter at the school. With it they can let you read on at once.",
    grownReady: "Ask them: in their account they open “May your parents read on?” and choose “Let them read on”.",
    ownTitle: "Your account is ready",
    ownText: (day: string) =>
      `From ${day}, when you are 18, you read your report cards here and decide whether your parents read on. Until then your parents or guardian read them.`,
    more: "At 18: read more",
  },
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
