import type { AccountWords } from "./vi.ts";

export const en: AccountWords = {
  title: "Account",
  back: "My child's report cards",
  personalCodeEnding: (ending: string) => `Personal identification number: ••• ••• ••• ${ending}`,
  anotherChild: "Add a child",
  anotherChildText:
    "When an activation letter for another child comes, add it to this account: scan the letter's QR code, or type the code.",
  anotherChildLink: "Add a child by activation letter",
  logOut: "Log out on this device",
  logOutText: "Logging out also removes the report cards kept on this device for reading offline.",
  notices: {
    seen: "Seen",
    notYou: "If neither you nor your family did this, tell the school at once.",
    otherKind: (name: string) => `Something changed in your account: ${name}.`,
    kinds: {
      re_enrolled: (name: string) => `${name} enrolled anew on another device. That person's old passkeys have ended.`,
      enrolment_confirmed: () => "The school has confirmed your account.",
      passkey_added: (name: string) => `A passkey was added to your account: ${name}.`,
      passkey_removed: (name: string) => `A passkey of yours was removed: ${name}.`,
      child_added: (name: string) => `A child was added to your account: ${name}.`,
      letter_refused: (name: string) =>
        `The school did not confirm that the activation letter of ${name} is yours. Please ask the school.`,
      personal_code_changed: () => "The school has noted your new identification number.",
      personal_code_refused: () => "The school did not confirm your new identification number. Please ask the school.",
      consent_given: (name: string) => `${name} lets you read the report cards on.`,
      consent_ended: (name: string) =>
        `${name} is of age and no longer lets you read the report cards. To read them again, ask ${name}.`,
      own_consent_given: (name: string) =>
        `You let ${name} read your report cards. If that was not you: press “No longer” and tell the school.`,
      own_consent_ended: (name: string) =>
        `You no longer let ${name} read your report cards. If that was not you, tell the school.`,
    },
  },
  passkeys: {
    title: "Passkeys",
    text: "Each of your devices can hold one. When a device is lost, remove its passkey.",
    whatIsIt: "What is a passkey?",
    current: "In use",
    registered: (day: string) => `Made on ${day}`,
    lastUsed: (when: string) => `last used ${when}`,
    backedUp: "Backed up in your Google or iCloud account: it survives a lost device.",
    onlyHere: "On this one device only: if the device is lost, so is the passkey.",
    lastOne:
      "This is your only passkey, so it cannot be removed. Add one on another device in case you lose your phone.",
    rename: "Rename",
    newName: "New name of the passkey",
    renameNow: "Keep this name",
    renamed: (name: string) => `The passkey is now called “${name}”.`,
    cancel: "Cancel",
    remove: "Remove",
    removeTitle: (name: string) => `Remove the passkey “${name}”?`,
    removeText: "The device that holds it can no longer log in, and is logged out at once.",
    removeCurrentText: "This is the passkey you are using. You will be logged out and need another one to log in.",
    removeNow: "Remove this passkey",
    removed: (name: string) => `The passkey “${name}” was removed.`,
    add: "Add a passkey on this device",
    already: "This device already holds a passkey of yours; there is no need for another.",
    adding: "Waiting for the phone…",
    addHint:
      "For a passkey on another device: log in there (scan the QR code with this phone), then press this button there.",
    added: (name: string) => `The passkey “${name}” was added.`,
  },
  sessions: {
    title: "Devices logged in",
    text: "If you see one that is not yours, log it out and remove its passkey.",
    current: "This device",
    unknownDevice: "Unknown device",
    started: (when: string) => `Logged in ${when}`,
    lastSeen: (when: string) => `Last active ${when}`,
    logOutThere: "Log out there",
  },
  personalCode: {
    title: "My identification number has changed",
    text: "The school looks at your papers before the new number counts. Until then you log in with the old one.",
    hint: "The 12 digits on your new identity card",
    ask: "Ask the school to confirm it",
    waiting: "Sent. Please show your identity card at the school.",
  },
};
