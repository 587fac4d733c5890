export function VerifyPage() {
  return <section class="page">…</section>;
}
