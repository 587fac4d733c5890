/** Keys that Vietnamese keyboards (Telex) turn into marks on a letter typed before; undefined: the letter once more. */
const KEYS: Readonly<Record<string, string | undefined>> = {
  "\u0301": "S",
  "\u0300": "F",
  "\u0309": "R",
  "\u0303": "X",
  "\u0323": "J",
  "\u0306": "W",
  "\u0302": undefined,
};
const MARK = /([A-Z])\u031b?([\u0300-\u0303\u0306\u0309\u0323])/;

/**
 * The keys of a code behind what a Vietnamese keyboard made of them: "Á" was A and S, "ĐK" was D, K and D, "Ư" was W.
 *
 * A code holds no U, so a horn can only have come from W alone. The mark's key is the last one that was pressed.
 */
export function undoTelex(typed: string): string {
  let plain = typed
    .toUpperCase()
    .normalize("NFD")
    .replace(/U\u031b/g, "W");
  let keys = "";
  for (let found = MARK.exec(plain); found; found = MARK.exec(plain)) {
    const [all, letter = "", mark = ""] = found;
    keys += KEYS[mark] ?? letter;
    plain = plain.replace(all, all.slice(0, -1));
  }
  const strokes = plain.match(/Đ/g)?.length ?? 0;
  return plain.replaceAll("Đ", "D") + "D".repeat(strokes) + keys;
}
