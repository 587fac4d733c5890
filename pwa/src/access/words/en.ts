import type { AccessWords } from "./vi.ts";

export const en: AccessWords = {
  clock: {
    title: "This device's clock is wrong",
    text: (device: string, server: string) => `It shows ${device}; the right time is ${server}.`,
    whatToDo:
      "With a wrong clock, browsers refuse safe pages and passkeys. Open Settings → Date and time, switch on “Automatic”, then open this page again.",
  },
  passkeyAlone: {
    lead: "Unlock with this phone's fingerprint, face or screen lock. There is nothing to type.",
    show: "Open with this device's passkey",
    otherwise: "Or type your number",
    lostPhone: "Lost or changed your phone?",
    lostPhoneLink: "What to do",
  },
  stepUp: {
    title: "Confirm that it is you",
    text: "For this we need to be sure that you are holding the device. Unlock once more with your fingerprint, face or screen lock. It then counts for 5 minutes.",
    show: "Unlock to go on",
    waiting: "Waiting for the phone…",
    cancel: "No, leave it",
    cancelled: "Nothing has changed, because you did not confirm with your passkey. To do it, press again.",
  },
};
