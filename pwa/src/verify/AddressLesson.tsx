import { useVerifyWords } from "./words/useVerifyWords.ts";

/** Teaches what no page can prove of itself: that it is the department's own. */
export function AddressLesson({ publicUrl }: { readonly publicUrl: string }) {
  const { address } = useVerifyWords();
  const { protocol, host, pathname } = new URL("/v", publicUrl);
  return (
    <section class="address-lesson" aria-labelledby="address-title">
      <h2 id="address-title">{address.title}</h2>
      <p class="address-bar" role="img" aria-label={address.picture(host)}>
        <span class="address-rest">{`${protocol}//`}</span>
        <strong>{host}</strong>
        <span class="address-rest">{pathname}</span>
      </p>
      <p>{address.text(host)}</p>
      <details>
        <summary>{address.more}</summary>
        <ul class="points">
          {address.points(host).map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}
