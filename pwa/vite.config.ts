import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { precompress } from "./build/precompress.ts";
import { serviceWorker } from "./build/serviceWorker.ts";
import { sizeLimits } from "./build/sizeLimits.ts";

const root = fileURLToPath(new URL(".", import.meta.url));
const repository = fileURLToPath(new URL("..", import.meta.url));

/** Small modules that most pages have in common; never one that brings a room's words along. */
const SHARED_PARTS =
  /[\\/]src[\\/](?:app[\\/]\w+\.|(?:form|format|offline)[\\/]|i18n[\\/]useWords|access[\\/](?:door|explainPasskeyError|personalCode|pageAfterLogin|useLoginWall|describeDevice)|card[\\/](?:cardAddress|StateBadge|ResultList|SignatureList|RemarkCell))/;

export default defineConfig({
  root,
  // No framework preset: JSX is compiled by Vite itself, which keeps 70 packages out of the lock file.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [sizeLimits(), serviceWorker(), precompress()],
  build: {
    target: ["chrome87", "safari15.4", "firefox102"],
    // What the server reads: which files a page needs (`backend/http/page_hints.py`).
    manifest: true,
    // The service worker keeps the whole shell, so a card never waits for a chunk of an older build.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        // A request costs about a kilobyte of headers and its turn in the queue: what most pages share comes in one file.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: "index", tags: ["$initial"], priority: 2 },
            { name: "parts", test: SHARED_PARTS, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    // Subject catalogue and verdict sentences are the verifier's own files.
    fs: { allow: [repository] },
    proxy: { "/api": "http://localhost:8000", "/.well-known": "http://localhost:8000" },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.ts"],
  },
});
