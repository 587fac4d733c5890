/** A mark or a measure as on paper: decimal comma; "Đ", "CĐ" and other letters stay. Nothing is an empty cell. */
export function formatMark(mark: string | number | null | undefined): string {
  if (mark === null || mark === undefined) return "";
  return String(mark).replace(/^(\d+)\.(\d+)$/, "$1,$2");
}
