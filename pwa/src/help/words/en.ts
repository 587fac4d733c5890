import type { HelpWords } from "./vi.ts";

export const en: HelpWords = {
  title: "Help",
  lead: "What parents often ask. This page can be printed.",
  contents: "Questions",
  print: "Print this page",
  sections: [
    {
      id: "bat-dau",
      title: "How do I begin?",
      text: [
        "Each mother, father or guardian gets an activation letter of their own from the school, with a QR code.",
        "If it is older than 14 days, was used, or the number was typed wrongly five times, ask the school for a new one; the old letter ends.",
      ],
      steps: [
        "Scan the letter's QR code with your own phone's camera. A letter works once, within 14 days.",
        "Type your personal identification number: the 12 digits on your own identity card, not your child's.",
        "Unlock with fingerprint, face or screen lock to make a passkey. That is all.",
      ],
      link: { href: "/kich-hoat", label: "First time" },
    },
    {
      id: "khoa",
      title: "What is a passkey?",
      text: [
        "It takes the place of a password. Your phone keeps it, and you open it as you open your phone every day: by fingerprint, face or screen lock.",
        "Fingerprint and face never leave the phone. There is no password to forget or to be tricked out of, and a fake page cannot use it.",
        "The phone needs a screen lock. You can have several passkeys, one on your phone and one on a computer, say: add them on the Account page.",
      ],
      link: { href: "/tai-khoan", label: "Open the Account page" },
    },
    {
      id: "mat-dien-thoai",
      title: "Lost phone, new phone",
      text: [
        "Nobody can open the report cards on a lost phone that has a screen lock.",
        "If your passkey is backed up in your Google or iCloud account, log in to that account on the new phone: the passkey comes back by itself.",
      ],
      steps: [
        "If another device of yours has a passkey: open the Account page there, press “Log out there” and remove the lost phone's passkey.",
        "If not: ask the school for a new activation letter and enrol on the new phone. All old passkeys end at once.",
        "After enrolling anew you see nothing until the school has confirmed it, and your child's other guardian is told.",
      ],
    },
    {
      id: "cho-xac-nhan",
      title: "Why do I have to wait for the school?",
      text: [
        "So that whoever finds an activation letter cannot see your child's report cards. The school confirms in three cases: it does not have your identification number yet, a court has barred another guardian of your child, or you enrolled anew.",
        "Please contact the homeroom teacher or the school's office and bring your identity card. Once they have confirmed, open this page again: there is nothing to repeat.",
        "While you wait you can still download your account's own data and delete the account, on the page Account.",
      ],
    },
    {
      id: "hai-phu-huynh",
      title: "Can both parents see the report cards?",
      text: [
        "Yes. Each has a letter, a passkey and an account of their own. Please do not share one: the history says who opened a card.",
        "One guardian cannot see the other's account or change their passkeys. When a court decides that one of them may not reach the child, the school bars that person at once, and links which that person shared stop working.",
      ],
    },
    {
      id: "nhieu-con",
      title: "Several children, several schools",
      text: [
        "One account shows all of your children. When a letter for a second child comes, scan its QR code while you are logged in: the child is added to the account that you have.",
      ],
    },
    {
      id: "ung-dung-chat",
      title: "Opened from Zalo or Facebook, no passkey can be made",
      text: ["A browser inside a chat app cannot make passkeys. Open the page in the phone's own browser:"],
      steps: [
        "Tap the three dots (⋯ or ⋮) in the corner of the screen.",
        "Choose “Open in browser”, “Open in Chrome” or “Open in Safari”.",
        "If there is no such choice, copy the link and paste it into Chrome or Safari.",
      ],
    },
    {
      id: "sai",
      title: "A mark or a detail is wrong",
      text: [
        "Nobody can change a signed card, not even this system. The school withdraws it and issues a new one in its place; the old one stays readable, marked as replaced, with what is different.",
        "Tell the homeroom teacher, or send a request for correction here while you are logged in; the school has to answer within the time the law sets.",
      ],
      link: { href: "/yeu-cau", label: "Ask for a correction" },
    },
    {
      id: "chuyen-truong",
      title: "Changing schools, applications",
      text: [
        "Download the card's PDF and hand it to the new school: the digital signatures are inside. The new school scans the QR code or drops the file on the check page and knows whether it is genuine.",
        "A print on paper is valid only when the issuing school or the department has confirmed it, or when it is a certified copy.",
      ],
      link: { href: "/v", label: "Check a report card" },
    },
    {
      id: "lien-ket",
      title: "A shared link does not open",
      text: [
        "The link's page says why: it has expired, was revoked, could be opened once only, or is locked after too many wrong passcodes. A link that is over stays over: a parent makes a new one on the page “Shared report cards”, in a minute.",
        "“There is no such link” mostly means that a chat app or an e-mail cut its end off. Copy the whole link into the browser, or scan the QR code that the parent shows.",
        "A link also ends when whoever made it may no longer read the cards, as when the child turns 18. On the page “Shared report cards” parents see every link, who opened it and whether it still holds.",
      ],
      link: { href: "/chia-se", label: "Open “Shared report cards”" },
    },
    {
      id: "ai-xem",
      title: "Who can see my child's report cards?",
      text: [
        "The child's parents and guardians; teachers and staff of the child's school, as their work asks; the department of education. Beyond them, only those with whom you share.",
        "Whoever scans the QR code on paper sees only what is needed to compare: name, date of birth, school, class, results. No identification number, no address, no remarks.",
      ],
      link: { href: "/nhat-ky", label: "See who opened the cards" },
    },
    {
      id: "phi",
      title: "Does it cost anything?",
      text: [
        "No. By regulation, digital report cards cost learners nothing. Whoever asks for money to show you one is a fraud.",
        "The school never asks for your activation code or your screen lock by phone or message.",
      ],
    },
    {
      id: "18-tuoi",
      title: "When the child turns 18",
      text: [
        "From the 18th birthday the report cards are the young adult's own. They get an activation letter of their own; parents go on reading if they consent.",
        "The school prints that letter up to eight months before. It is best used before the birthday: the account opens by itself on the day. If there is no account by then, nobody in the family can read the cards until the young adult has fetched a letter at the school and used it.",
        "To let parents read on, the young adult logs in, opens “May your parents read on?” below their report cards and chooses “Let them read on”. They can end it at any time.",
      ],
    },
    {
      id: "khong-mang",
      title: "Reading without a network",
      text: [
        "Cards that you opened since you logged in can be read again without a network; the page says as of when. The copies are encrypted, and go when you log out or when the session ends (12 hours).",
        "The page that checks report cards works without a network too.",
      ],
    },
    {
      id: "man-hinh-chinh",
      title: "Put this page on the home screen",
      text: [
        "There is no app to download. To open the page with one tap:",
        "Android (Chrome): tap ⋮ and choose “Add to Home screen”. iPhone (Safari): tap Share and choose “Add to Home Screen”.",
      ],
    },
    {
      id: "de-doc",
      title: "Small letters, glaring screen",
      text: [
        "Press “Aa” at the top of the page for letters up to twice as large and for a dark page. This device remembers your choice.",
      ],
    },
    {
      id: "giup-them",
      title: "Still stuck?",
      text: [
        "Please see the homeroom teacher or the school's office, and tell them what the page said. New activation letters come from the school and from nobody else.",
      ],
    },
  ],
};
