import type { AccessWords } from "./vi.ts";

export const en: AccessWords = {
  enrol: {
    title: "First-time activation",
    lead: "The school gives each parent or guardian a letter with an activation code. Do this once on your own phone; it takes about a minute.",
    code: "Activation code",
    codeHint: "12 characters from the letter, for example ABCD-EFGH-JKMN",
    codeFromLink: "Filled in from the QR code in the letter.",
    codeWrong: "An activation code has 12 letters and digits. Please look at the letter again.",
    next: "Continue",
    passkeyTitle: "Create your passkey",
    passkeyText:
      "In the next step your phone asks for your fingerprint, face or screen lock code, just as when you unlock it. From then on this passkey replaces a password.",
    passkeyPoints: [
      "Your fingerprint and face stay in your phone and are sent nowhere.",
      "There is no password to forget or to leak.",
      "It opens only this site, never a copy made to deceive you.",
    ],
    create: "Create passkey",
    creating: "Waiting for your phone…",
    perhapsDone:
      "The last try may have worked, and only its answer was lost on the way. Try to log in; if that fails, start again.",
    startAgain: "Start again",
    passkeyName: (browser, device) => `${browser} on ${device}`,
    already: "Already activated?",
    loginLink: "Log in",
  },
  login: {
    title: "Log in",
    lead: "Enter your own (the adult's) personal identification number, then unlock with your fingerprint, face or screen lock code.",
    personalCode: "Your personal identification number",
    personalCodeHint: "12 digits, the number of your identity card, not your child's",
    personalCodeWrong: "A personal identification number has exactly 12 digits.",
    submit: "Open the report cards",
    waiting: "Waiting for your phone…",
    notRemembered: "This page does not keep your number on the device.",
    noPasskey: "No passkey on this phone yet?",
    enrolLink: "Activate with the school's letter",
  },
  passkey: {
    inAppTitle: (app) => `You are inside ${app}`,
    inAppText: (app) =>
      `The browser inside ${app} cannot create passkeys. Open this page in Chrome, Safari or your phone's own browser.`,
    inAppSteps: [
      "Tap the three dots (⋯ or ⋮) in the corner of the screen.",
      "Choose “Open in browser” (or “Open in Chrome”, “Open in Safari”).",
      "If you do not see it, copy the link below and paste it into Chrome or Safari.",
    ],
    otherApp: "another app",
    copyLink: "Copy the link",
    copied: "Copied. Now paste it into Chrome or Safari.",
    copyFailed: "Could not copy. Press and hold the link to copy it:",
    noLockTitle: "This phone has no screen lock",
    noLockText:
      "A passkey needs a fingerprint, a face or a screen lock code. Turn on the screen lock under Settings → Security (Security and privacy), then come back here.",
    noLockAgain: "I turned it on, check again",
    noLockDesktop:
      "This computer has no fingerprint reader, face recognition or PIN. You can still continue and use your phone to scan the QR code that the computer shows.",
    unsupportedTitle: "This browser is too old",
    unsupportedText:
      "This browser does not know passkeys. Update Chrome or Safari, or use another phone (Android 9 or iOS 16 and later).",
    insecureTitle: "The link is not secure",
    insecureText: "The address must begin with https://. Open the link from the school's letter again.",
    tryAnyway: "Try here all the same",
    failed: {
      cancelled:
        "The passkey was not used: you cancelled, waited too long, or this phone has none of yours. Try again; if you changed phones, ask the school for a new activation letter.",
      cancelledEnrol:
        "The passkey was not created: you cancelled or waited too long. Try again. If the phone has no screen lock yet, turn it on in Settings first.",
      already_registered: "This phone already has your passkey. Please log in.",
      wrong_address: "The address of this page is not the system's own. Open the link from the school's letter again.",
      no_verification: "The phone's screen lock, fingerprint or face is off. Turn it on in Settings, then try again.",
      unsupported: "This browser cannot make the kind of passkey that is needed. Try the newest Chrome or Safari.",
      unknown: "The phone reported an error. Restart the browser and try again.",
    },
    clockHint: (pageTime) => `The clock of your device says ${pageTime}. A wrong clock also makes logins fail.`,
  },
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
  waiting: {
    title: "Waiting for the school to confirm",
    reasons: {
      personal_code_unknown:
        "Your passkey is ready. The school does not have your identification number yet and has to confirm that the one you typed is yours.",
      other_guardian_barred:
        "Your passkey is ready. A court has barred another guardian of the child, so the school has to confirm that it was you who enrolled.",
      re_enrolment:
        "You have enrolled anew. The old passkeys have ended; the school has to confirm that it is you who holds the new one.",
    },
    whatToDo:
      "Please see the homeroom teacher or the school's office and bring your identity card. Once they have confirmed, the report cards are there; there is nothing to repeat.",
    since: (when: string) => `Waiting since ${when}`,
    why: "Why do I have to wait?",
    lookAgain: "See whether it is confirmed",
  },
  laterLetter: {
    title: "Add a child to your account",
    lead: (name: string) => `You are logged in as ${name}. The child of this letter is added to the account you have.`,
    add: "Add the child",
    adding: "Adding…",
    waitingTitle: "Waiting for the school to confirm",
    waitingText:
      "This child's school does not have your identification number yet. Please bring your identity card to the school; once they have confirmed, the child appears in your list.",
    back: "Back to the report cards",
    notMe: "This letter is not mine",
    otherAccount: "Enrol another account on this device",
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
