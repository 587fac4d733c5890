import type { DisplayWords } from "./vi.ts";

export const en: DisplayWords = {
  title: "Text size and colours",
  text: "Text size",
  textSizes: { usual: "Usual", large: "Large", larger: "Larger", largest: "Double" },
  theme: "Colours",
  themes: { system: "As the device", light: "Light", dark: "Dark" },
  close: "Done",
};
