import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin, ResolvedConfig, Rolldown } from "vite";

/** The first file of JavaScript: what a cheap phone parses before it shows anything. */
const ENTRY_KB = 25;
/** All that a page needs to be shown: two seconds of slow 4G, less what the answer with the data takes. */
const PAGE_KB = 60;

type Bundle = Rolldown.OutputBundle;

/** Prints what goes over the wire, and fails the build that sends more than a cheap phone on slow 4G should wait for. */
export function sizeLimits(): Plugin {
  let config: ResolvedConfig;
  return {
    name: "hocba-size-limits",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    writeBundle(_options, bundle) {
      const icon = kilobytes(readFileSync(join(config.publicDir, "icons/icon.svg")));
      const manifest = kilobytes(readFileSync(join(config.publicDir, "manifest.webmanifest")));
      const entry = Object.values(bundle).find((file) => file.type === "chunk" && file.isEntry);
      if (entry?.type !== "chunk") return;

      const entryKb = kilobytes(entry.code);
      const pages = entry.dynamicImports
        .map((name) => ({ name, kb: icon + manifest + firstView(bundle, ["index.html", entry.fileName, name]) }))
        .sort((a, b) => b.kb - a.kb);
      const largest = pages[0];
      config.logger.info(`entry JavaScript ${entryKb.toFixed(1)} kB gz (limit ${ENTRY_KB})`);
      for (const { name, kb } of pages) config.logger.info(`first view with ${name} ${kb.toFixed(1)} kB gz`);
      if (entryKb > ENTRY_KB) throw new Error(`entry JavaScript is larger than ${ENTRY_KB} kB`);
      if (largest && largest.kb > PAGE_KB) throw new Error(`${largest.name} makes a first view over ${PAGE_KB} kB`);
    },
  };
}

/** Kilobytes of some files and of all that they import before they run, each file once. */
function firstView(bundle: Bundle, names: readonly string[]): number {
  const seen = new Set<string>();
  const add = (name: string) => {
    const file = bundle[name];
    if (!file || seen.has(name)) return;
    seen.add(name);
    if (file.type !== "chunk") return;
    file.imports.forEach(add);
    file.viteMetadata?.importedCss.forEach(add);
  };
  names.forEach(add);
  return [...seen].reduce((sum, name) => sum + kilobytes(contentOf(bundle, name)), 0);
}

function contentOf(bundle: Bundle, name: string): string | Uint8Array {
  const file = bundle[name];
  if (!file) return "";
  return file.type === "chunk" ? file.code : file.source;
}

function kilobytes(content: string | Uint8Array): number {
  return gzipSync(content, { level: 9 }).length / 1000;
}
