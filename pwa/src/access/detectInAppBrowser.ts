/**
 * Browsers inside chat and social apps: they cannot make passkeys, or lose them with the app.
 *
 * Found by the marks these apps put into the user-agent text. A mark missed costs a confusing error later; a mark
 * found wrongly costs one tap on "try here all the same", so the generic ones stand last.
 */
const KNOWN_APPS: readonly (readonly [name: string, mark: RegExp])[] = [
  ["Zalo", /\bZalo/i],
  ["Messenger", /\bFB_IAB\/(?:MESSENGER|Orca)|MessengerForiOS|MessengerLiteForiOS|\bOrca-Android/i],
  ["Instagram", /\bInstagram\b/],
  ["Facebook", /\bFB_IAB|\bFBAN\/|\bFBAV\/|\bFBIOS\b/],
  ["TikTok", /\bTikTok|musical_ly|BytedanceWebview|trill_/i],
  ["Viber", /\bViber\b/i],
  ["Telegram", /\bTelegram\b/i],
  ["LINE", /\bLine\//],
  ["WeChat", /\bMicroMessenger\b/],
  ["Lotus", /\bLotus(?:Chat)?\//],
];

/** Android's web view says so itself; on iPhones a real browser names "Safari", a web view does not. */
const ANDROID_WEB_VIEW = /Android.*;\s*wv\)/;
const IPHONE = /\b(?:iPhone|iPad|iPod)\b/;

export interface InAppBrowser {
  /** The app's own name, or undefined for some web view that does not say whose it is. */
  readonly app: string | undefined;
}

export function detectInAppBrowser(userAgent: string, installedAsApp: boolean): InAppBrowser | undefined {
  const known = KNOWN_APPS.find(([, mark]) => mark.test(userAgent));
  if (known) return { app: known[0] };
  // Our own page, put on an iPhone's home screen, does not name Safari either.
  if (installedAsApp) return undefined;
  const webView = ANDROID_WEB_VIEW.test(userAgent) || (IPHONE.test(userAgent) && !/\bSafari\//.test(userAgent));
  return webView ? { app: undefined } : undefined;
}
