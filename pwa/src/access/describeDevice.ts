const BROWSERS: readonly (readonly [name: string, mark: RegExp])[] = [
  ["Edge", /\bEdgA?\//],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Cốc Cốc", /coc_coc_browser/i],
  ["Opera", /\bOPR\//],
  ["Firefox", /\bFirefox\/|\bFxiOS\//],
  ["Chrome", /\bChrome\/|\bCriOS\//],
  ["Safari", /\bSafari\//],
];

const DEVICES: readonly (readonly [name: string, mark: RegExp])[] = [
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Android", /\bAndroid\b/],
  ["Windows", /\bWindows\b/],
  ["Mac", /\bMacintosh\b/],
  ["Linux", /\bLinux\b/],
];

/** What a parent will recognise this device by in the list of passkeys. */
export function describeDevice(userAgent: string): { readonly browser: string; readonly device: string } {
  const name = (table: typeof BROWSERS, otherwise: string) =>
    table.find(([, mark]) => mark.test(userAgent))?.[0] ?? otherwise;
  return { browser: name(BROWSERS, "Web"), device: name(DEVICES, "?") };
}
