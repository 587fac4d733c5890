import { withTimeout } from "../app/withTimeout.ts";
import { type FetchList, ListUnavailableError } from "./fetchList.ts";
import type { ListShelf } from "./listShelf.ts";
import { REGISTRY_SUBJECT, type SchoolRegistry, verifySchoolRegistry } from "./registry.ts";
import type { ListHeader } from "./signedList.ts";
import { type StatusList, statusSubject, verifyStatusList } from "./status.ts";
import { TRUST_SUBJECT, type TrustList, verifyTrustList } from "./trust.ts";

/** A list asked for again within this time is not fetched again: scanning a pile of cards costs one fetch. */
const FETCH_AGAIN_MS = 5 * 60 * 1000;
/** After a failure the server is left alone for a moment, so that one check does not wait for it three times. */
const RETRY_AFTER_MS = 10 * 1000;
/** A slow network must not hold up a check for which kept lists are at hand. */
const FETCH_TIMEOUT_MS = 4_000;

interface KeeperOptions {
  /** RFC 9679 thumbprint of the trust key, 64 hex digits. */
  readonly expectedTrustAnchor: string;
  readonly shelf: ListShelf;
  readonly fetchList: FetchList;
  readonly clock: () => Date;
}

type Verify<T> = (data: Uint8Array, storedSequence: number | undefined, now: Date) => Promise<T>;

interface Held<T> {
  readonly list: T | undefined;
  /** Milliseconds since 1970, when the server is asked again. */
  readonly againAt: number;
}

/**
 * Hands out verified lists: from the server when it can be reached, else the ones kept on this device.
 *
 * A list that does not verify, or is older than one seen before, is as good as none: the kept one stays. What the
 * server said about a card is never asked; lists are fetched whole.
 */
export class ListKeeper {
  private readonly held = new Map<string, Promise<Held<unknown>>>();
  private unreached = false;

  constructor(private readonly options: KeeperOptions) {}

  /** Whether the last list that was asked for came from this device because the server did not answer. */
  get offline(): boolean {
    return this.unreached;
  }

  trust(signal: AbortSignal): Promise<TrustList | undefined> {
    const { expectedTrustAnchor } = this.options;
    return this.obtain(signal, TRUST_SUBJECT, (data, storedSequence, now) =>
      verifyTrustList(data, { expectedTrustAnchor, storedSequence }, now),
    );
  }

  async registry(signal: AbortSignal): Promise<SchoolRegistry | undefined> {
    const trust = await this.trust(signal);
    if (!trust) return undefined;
    return this.obtain(signal, REGISTRY_SUBJECT, (data, storedSequence, now) =>
      verifySchoolRegistry(data, { trust, storedSequence }, now),
    );
  }

  async status(signal: AbortSignal, schoolYear: string): Promise<StatusList | undefined> {
    const trust = await this.trust(signal);
    if (!trust) return undefined;
    return this.obtain(signal, statusSubject(schoolYear), (data, storedSequence, now) =>
      verifyStatusList(data, { trust, expectedSchoolYear: schoolYear, storedSequence }, now),
    );
  }

  private async obtain<T extends { readonly header: ListHeader }>(
    signal: AbortSignal,
    subject: string,
    verify: Verify<T>,
  ): Promise<T | undefined> {
    // Set before anything is awaited, so that callers of the same moment queue up behind the first.
    const asked = this.ask(signal, subject, verify, this.held.get(subject) as Promise<Held<T>> | undefined);
    this.held.set(subject, asked);
    return (await asked).list;
  }

  private async ask<T extends { readonly header: ListHeader }>(
    signal: AbortSignal,
    subject: string,
    verify: Verify<T>,
    earlier: Promise<Held<T>> | undefined,
  ): Promise<Held<T>> {
    // That another caller gave up is no answer for this one.
    const held = await earlier?.catch(() => undefined);
    const now = this.options.clock();
    return held && now.getTime() < held.againAt ? held : this.refresh(signal, subject, verify, now);
  }

  private async refresh<T extends { readonly header: ListHeader }>(
    signal: AbortSignal,
    subject: string,
    verify: Verify<T>,
    now: Date,
  ): Promise<Held<T>> {
    const { shelf } = this.options;
    const kept = await shelf.load(subject);
    const fetched = await this.fetch(signal, subject);
    signal.throwIfAborted();
    if (fetched) {
      const list = await verify(fetched, kept?.sequence, now).catch(() => undefined);
      if (list) {
        await shelf.keep(subject, { bytes: fetched, sequence: list.header.sequence });
        return { list, againAt: now.getTime() + FETCH_AGAIN_MS };
      }
    }
    const list = kept && (await verify(kept.bytes, kept.sequence, now).catch(() => undefined));
    return { list, againAt: now.getTime() + RETRY_AFTER_MS };
  }

  private async fetch(signal: AbortSignal, subject: string): Promise<Uint8Array | undefined> {
    try {
      const bytes = await withTimeout(signal, FETCH_TIMEOUT_MS, (limited) => this.options.fetchList(limited, subject));
      this.unreached = false;
      return bytes;
    } catch (error) {
      if (!(error instanceof ListUnavailableError)) throw error;
      this.unreached = !error.serverReached;
      return undefined;
    }
  }
}
