import { describe, expect, test } from "vitest";
import { detectInAppBrowser } from "./detectInAppBrowser.ts";

const ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A145F";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36";

describe("browsers inside apps are recognised", () => {
  test.each([
    ["Zalo", `${ANDROID}; wv) ${CHROME} Zalo android/24061234 ZaloTheme/light ZaloLanguage/vi`],
    ["Zalo", `${IPHONE} Mobile/15E148 Zalo iOS/635 ZaloTheme/light ZaloLanguage/vn`],
    ["Facebook", `${ANDROID}; wv) ${CHROME} [FB_IAB/FB4A;FBAV/468.0.0.49.77;]`],
    ["Facebook", `${IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/468.0.0.36.71;FBDV/iPhone14,5]`],
    ["Messenger", `${ANDROID}; wv) ${CHROME} [FB_IAB/Orca-Android;FBAV/465.0.0.54.107;]`],
    ["Messenger", `${IPHONE} Mobile/15E148 [FBAN/MessengerForiOS;FBAV/462.0.0.31.106]`],
    ["Instagram", `${ANDROID}; wv) ${CHROME} Instagram 334.0.0.42.95 Android`],
    ["TikTok", `${ANDROID}; wv) ${CHROME} trill_350603 BytedanceWebview/d8a21c6`],
    ["Viber", `${ANDROID}; wv) ${CHROME} Viber/22.9`],
    ["Telegram", `${ANDROID}) ${CHROME} Telegram-Android/11.2.3`],
    [undefined, `${ANDROID}; wv) ${CHROME}`],
    [undefined, `${IPHONE} Mobile/15E148`],
  ])("%s", (app, userAgent) => {
    expect(detectInAppBrowser(userAgent, false)).toEqual({ app });
  });
});

describe("real browsers are left alone", () => {
  test.each([
    [
      "Chrome on Android",
      "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
    ],
    [
      "Samsung Internet",
      `${ANDROID}) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36`,
    ],
    [
      "Cốc Cốc",
      `${ANDROID}) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/126.0 Chrome/120.0.0.0 Mobile Safari/537.36`,
    ],
    ["Safari on iPhone", `${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`],
    ["Chrome on iPhone", `${IPHONE} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1`],
    ["Firefox on desktop", "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"],
  ])("%s", (_name, userAgent) => {
    expect(detectInAppBrowser(userAgent, false)).toBeUndefined();
  });

  test("our page on an iPhone's home screen is no app of somebody else", () => {
    expect(detectInAppBrowser(`${IPHONE} Mobile/15E148`, true)).toBeUndefined();
  });
});
