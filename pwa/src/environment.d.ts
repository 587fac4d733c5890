/** Fixed at build time; wins over what the server says at the first visit. 64 hex digits (RFC 9679 thumbprint). */
interface ImportMetaEnv {
  readonly VITE_TRUST_ANCHOR?: string;
  readonly PROD: boolean;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
}

declare module "*.css";

declare module "*.wasm?url" {
  const url: string;
  export default url;
}
