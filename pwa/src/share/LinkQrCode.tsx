import { useMemo } from "preact/hooks";
import { encode } from "uqr";

/** ISO/IEC 18004, 9.1: four modules of white around the code. */
const QUIET_ZONE = 4;

/** The link as a QR code, drawn here: the secret in it is nobody else's business. */
export function LinkQrCode({ link, label }: { readonly link: string; readonly label: string }) {
  const { path, size } = useMemo(() => draw(link), [link]);
  return (
    <svg class="link-qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function draw(link: string): { path: string; size: number } {
  const { data, size } = encode(link, { ecc: "M", border: QUIET_ZONE });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { path: squares.join(""), size };
}
