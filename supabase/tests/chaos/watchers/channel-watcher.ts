/** Somebody without a socket: hears the session over Realtime, as another tab of its owner or as an invited observer. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { acceptShare, createShare, type SessionWatch, watchSession } from "../../../../web/src/client/mod.ts";
import type { Target } from "../../e2e/testing/target.ts";
import type { TestUser } from "../../e2e/testing/user.ts";
import { persist } from "../patience.ts";
import type { Watcher } from "./watcher.ts";

const LONGEST_WAIT_MS = 3_000;

export class ChannelWatcher implements Watcher {
  readonly name: string;
  readonly #sessionId: string;
  readonly #supabase: SupabaseClient;
  readonly #accessToken: string;
  #watch: SessionWatch;

  /** The session must exist. `owner` invites whoever is somebody else. */
  static async open(
    target: Target,
    { sessionId, owner, viewer }: { sessionId: string; owner: TestUser; viewer: TestUser },
  ): Promise<ChannelWatcher> {
    const isObserver = viewer.userId !== owner.userId;
    if (isObserver) {
      const { code } = await persist(() => createShare(owner.supabase, { sessionId }));
      await persist(() => acceptShare(viewer.supabase, code));
    }
    return new ChannelWatcher(target, { sessionId, viewer, name: isObserver ? "observer" : "channel" });
  }

  private constructor(
    { apiUrl, publishableKey }: Target,
    { sessionId, viewer, name }: { sessionId: string; viewer: TestUser; name: string },
  ) {
    this.name = name;
    this.#sessionId = sessionId;
    this.#accessToken = viewer.accessToken;
    this.#supabase = createClient(apiUrl, publishableKey, {
      accessToken: () => Promise.resolve(viewer.accessToken),
    });
    this.#watch = this.#open();
  }

  messages() {
    return this.#watch.state.messages;
  }

  reload(): void {
    this.#watch.close();
    this.#watch = this.#open();
  }

  hurry(): void {
    const { connection } = this.#watch.state;
    const isWaiting = connection.status === "reconnecting" && connection.retryAtMs !== null;
    if (isWaiting && connection.retryAtMs - Date.now() > LONGEST_WAIT_MS) this.#watch.reconnect();
  }

  describe(): string {
    return `${this.name} (${JSON.stringify(this.#watch.state.connection)})`;
  }

  detach(): void {
    this.#watch.close();
    this.#supabase.realtime.disconnect();
  }

  #open(): SessionWatch {
    return watchSession({
      supabase: this.#supabase,
      sessionId: this.#sessionId,
      getAccessToken: () => Promise.resolve(this.#accessToken),
      hasPresence: false,
    });
  }
}
