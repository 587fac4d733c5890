/** "2017-05-17" as Vietnamese papers write it, 17/05/2017. Text that is no ISO date is shown as it came. */
export function formatDate(iso: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
  return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : iso;
}
