import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../tests/vectors/", import.meta.url));

/** Every vector of a folder with its name; the same files that the Python tests read. */
export function readVectors<T>(folder: string): readonly (readonly [name: string, vector: T])[] {
  return readdirSync(FOLDER + folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => [file.replace(/\.json$/, ""), JSON.parse(readFileSync(`${FOLDER}${folder}/${file}`, "utf8")) as T]);
}

export function fromBase64url(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64url"));
}
