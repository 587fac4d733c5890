/** Reads what stands behind `#` and takes it out of the address bar, so that it is not shared or kept in the history. */
export function takeFragment(): string {
  const fragment = location.hash.slice(1);
  if (fragment) history.replaceState(history.state, "", location.pathname + location.search);
  return fragment;
}
