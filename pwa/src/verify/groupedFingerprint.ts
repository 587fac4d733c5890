/** Groups of eight digits: two people can read them to each other. */
export function groupedFingerprint(thumbprint: string): string {
  return thumbprint.replace(/.{8}(?=.)/g, "$& ");
}
