/**
 * What a parent has read, kept on the device for times without a network, for as long as the session lasts.
 *
 * - Each session has a key of its own (AES-GCM, 256 bits), which no script can take out of the browser. Kept readings
 *   are sealed with it, each bound to its address.
 * - The key and all readings go together: at logout, when the server says that the session is over, when its end has
 *   passed, when the clock was set back, and when another session begins.
 * - Names are hashes: the shelf does not even show which cards were opened.
 */
import { sha256, toHex } from "../verify/bytes.ts";
import { openShelf, type Shelf } from "./shelf.ts";

export interface Reading<T> {
  readonly value: T;
  /** When the server said so, in milliseconds. */
  readonly readAt: number;
  /** The server's entity tag, so that it need not send the same again. */
  readonly tag?: string | undefined;
}

interface KeptSession {
  readonly key: CryptoKey;
  /** Absolute end of the session, in milliseconds. */
  readonly endsAt: number;
}

interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly bytes: ArrayBuffer;
}

const SESSION = "session";
/** Last time this device's clock was looked at; a clock that shows less has been set back. */
const SEEN = "seen";
const READING = "reading:";
/** NIST SP 800-38D, 5.2.1.1: 96 bits, random; a session seals far fewer than 2^32 readings. */
const IV_BYTES = 12;
/** What a phone's clock may be corrected by without anybody having tampered with it. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

export class Readings {
  readonly #shelf: Shelf;
  readonly #clock: () => number;

  constructor(shelf: Shelf, clock: () => number) {
    this.#shelf = shelf;
    this.#clock = clock;
  }

  /** A session has begun: whatever an earlier one left goes, and a new key is made. */
  async begin(endsAt: number): Promise<void> {
    await this.#shelf.clear();
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await this.#shelf.keep(SESSION, { key, endsAt } satisfies KeptSession);
  }

  /** The session is over: nothing that was read with it stays. */
  async end(): Promise<void> {
    await this.#shelf.clear();
  }

  /** Whether this device has a session that has not ended as far as it knows; one that has ended goes here. */
  async isOpen(): Promise<boolean> {
    return (await this.#session()) !== undefined;
  }

  async keep(address: string, value: unknown, tag?: string): Promise<void> {
    const session = await this.#session();
    if (!session) return;
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const plain = encode(JSON.stringify({ value, readAt: this.#clock(), tag } satisfies Reading<unknown>));
    const bytes = await crypto.subtle.encrypt(sealing(iv, address), session.key, plain);
    await this.#shelf.keep(await nameOf(address), { iv, bytes } satisfies Sealed);
  }

  async recall<T>(address: string): Promise<Reading<T> | undefined> {
    const session = await this.#session();
    const name = await nameOf(address);
    const sealed = session && (await this.#shelf.load<Sealed>(name));
    if (!session || !sealed) return undefined;
    try {
      const plain = await crypto.subtle.decrypt(sealing(sealed.iv, address), session.key, sealed.bytes);
      return JSON.parse(new TextDecoder().decode(plain)) as Reading<T>;
    } catch {
      await this.#shelf.remove(name); // Of another session, or damaged: as good as never read.
      return undefined;
    }
  }

  async forget(address: string): Promise<void> {
    await this.#shelf.remove(await nameOf(address));
  }

  /** Keeps these addresses and forgets all others: a card that the reader may no longer open does not stay either. */
  async forgetAllBut(addresses: readonly string[]): Promise<void> {
    const wanted = new Set(await Promise.all(addresses.map(nameOf)));
    const names = await this.#shelf.names();
    const others = names.filter((name) => name.startsWith(READING) && !wanted.has(name));
    await Promise.all(others.map((name) => this.#shelf.remove(name)));
  }

  async #session(): Promise<KeptSession | undefined> {
    const session = await this.#shelf.load<KeptSession>(SESSION);
    if (!session) return undefined;
    const now = this.#clock();
    const seen = (await this.#shelf.load<number>(SEEN)) ?? now;
    if (now >= session.endsAt || now < seen - CLOCK_TOLERANCE_MS) {
      await this.#shelf.clear();
      return undefined;
    }
    // Never written together with the key: a write that comes late must not bring the key back after a logout.
    await this.#shelf.keep(SEEN, Math.max(now, seen));
    return session;
  }
}

/** The readings of this browser. */
export const readings = new Readings(openShelf(), Date.now);

function sealing(iv: Uint8Array<ArrayBuffer>, address: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: encode(address) };
}

async function nameOf(address: string): Promise<string> {
  return READING + toHex(await sha256(encode(address)));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
