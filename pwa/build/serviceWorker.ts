import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin, type ResolvedConfig } from "vite";

/** Files of `public/` that the shell needs with the network off; the large icons are for the installer only. */
const PUBLIC_SHELL = ["/manifest.webmanifest", "/manifest.en.webmanifest", "/icons/icon.svg"];

/**
 * Builds `src/service-worker/serviceWorker.ts` to `/sw.js` after the app, with the list of the app's hashed files
 * compiled in. The version is a hash over that list, so an unchanged build asks nobody to reload.
 */
export function serviceWorker(): Plugin {
  let config: ResolvedConfig;
  let shell: string[] = [];
  let page = "";
  return {
    name: "hocba-service-worker",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    writeBundle(_options, bundle) {
      shell = Object.keys(bundle)
        .filter((name) => name.startsWith("assets/"))
        .map((name) => `/${name}`)
        .sort();
      const html = bundle["index.html"];
      page = html?.type === "asset" ? String(html.source) : "";
    },
    closeBundle: {
      sequential: true,
      async handler() {
        if (shell.length === 0) return;
        const urls = ["/", ...PUBLIC_SHELL, ...shell.filter((url) => !url.endsWith(".wasm"))];
        const heavy = shell.filter((url) => url.endsWith(".wasm"));
        const unhashed = PUBLIC_SHELL.map((name) => readFileSync(join(config.publicDir, name), "utf8"));
        const version = createHash("sha256")
          .update(JSON.stringify([urls, heavy, page, unhashed]))
          .digest("hex")
          .slice(0, 12);
        await build({
          configFile: false,
          root: config.root,
          publicDir: false,
          logLevel: "warn",
          define: {
            SHELL_VERSION: JSON.stringify(version),
            SHELL_URLS: JSON.stringify(urls),
            HEAVY_URLS: JSON.stringify(heavy),
          },
          build: {
            outDir: config.build.outDir,
            emptyOutDir: false,
            modulePreload: false,
            rolldownOptions: {
              input: join(config.root, "src/service-worker/serviceWorker.ts"),
              output: { entryFileNames: "sw.js", format: "iife" },
            },
          },
        });
      },
    },
  };
}
