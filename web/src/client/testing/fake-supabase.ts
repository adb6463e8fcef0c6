/** A Supabase client whose other end is the test: functions, channels, tokens. */
import type { ChannelConfig, ChannelPort, SupabaseAnswer, SupabasePort } from "../channels/supabase-port.ts";

/** What a function of the database answers with instead of data. */
export class FakeFailure {
  constructor(readonly status: number, readonly code = "", readonly message = "Refused") {}
}

export const FORBIDDEN = new FakeFailure(403, "42501");
export const UNAUTHORIZED = new FakeFailure(401, "PGRST303");
export const UNREACHABLE = new FakeFailure(0);

export class FakeChannel implements ChannelPort {
  readonly #bindings: { type: string; callback: (payload: never) => void }[] = [];
  #onStatus: (status: string, error?: Error) => void = () => {};
  readonly shown: Record<string, unknown>[] = [];
  present: Record<string, unknown[]> = {};
  isLeft = false;

  constructor(
    readonly topic: string,
    readonly config: ChannelConfig["config"],
    readonly hub: FakeSupabase,
    /** The token it joins with. */
    readonly token: string | null,
  ) {}

  on(type: string, _filter: unknown, callback: (payload: never) => void): this {
    this.#bindings.push({ type, callback });
    return this;
  }

  subscribe(callback: (status: string, error?: Error) => void): this {
    this.#onStatus = callback;
    if (this.hub.isAccepting) queueMicrotask(() => this.accept());
    return this;
  }

  accept(): void {
    this.#onStatus("SUBSCRIBED");
    if (this.hub.isReplicating) this.become("system", { extension: "system", status: "ok" });
  }

  /** The official client reports an end. */
  fail(status: "CHANNEL_ERROR" | "TIMED_OUT" | "CLOSED", message = "Gone"): void {
    this.#onStatus(status, new Error(message));
  }

  broadcast(payload: { type: string }): void {
    this.become("broadcast", { type: "broadcast", event: payload.type, payload });
  }

  become(type: string, payload: unknown): void {
    if (this.isLeft) return;
    for (const binding of this.#bindings) if (binding.type === type) binding.callback(payload as never);
  }

  presenceState(): Record<string, unknown[]> {
    return this.present;
  }

  track(payload: Record<string, unknown>): Promise<unknown> {
    this.shown.push(payload);
    return Promise.resolve("ok");
  }

  unsubscribe(): Promise<unknown> {
    this.isLeft = true;
    this.hub.forget(this.topic);
    return Promise.resolve("ok");
  }

  teardown(): void {}
}

export class FakeSupabase implements SupabasePort {
  readonly calls: { name: string; parameters: Record<string, unknown> }[] = [];
  readonly functions: Record<string, (parameters: Record<string, unknown>) => unknown> = {};
  readonly queries: { table: string; steps: unknown[] }[] = [];
  rows: Record<string, unknown> = {};
  /** Every channel that was made, in order. */
  readonly channels: FakeChannel[] = [];
  readonly #open = new Map<string, FakeChannel>();
  isAccepting = true;
  isReplicating = true;
  accessToken: string | null = null;
  refreshCount = 0;
  isSignedIn = true;
  /** Why there is no session. */
  authError = { message: "Signed out", status: 400 };

  readonly realtime = {
    setAuth: (token?: string | null) => {
      this.accessToken = token ?? null;
      return Promise.resolve();
    },
  };

  readonly auth = {
    getSession: () => Promise.resolve(this.#session()),
    refreshSession: () => {
      this.refreshCount++;
      return Promise.resolve(this.#session());
    },
  };

  rpc(name: string, parameters: Record<string, unknown>): Promise<SupabaseAnswer> {
    this.calls.push({ name, parameters });
    const answer = this.functions[name]?.(parameters);
    return Promise.resolve(answer).then(toAnswer);
  }

  from(table: string): unknown {
    const steps: unknown[] = [];
    this.queries.push({ table, steps });
    const rows = this.rows;
    const query: unknown = new Proxy({}, {
      get(_target, name) {
        if (name !== "then") return (...given: unknown[]) => (steps.push([name, ...given]), query);
        const answer = Promise.resolve(toAnswer(rows[table] ?? []));
        return answer.then.bind(answer);
      },
    });
    return query;
  }

  /** Like the official client: one channel a topic, also while it leaves. */
  channel(topic: string, { config }: ChannelConfig): FakeChannel {
    const open = this.#open.get(topic);
    if (open) return open;
    const channel = new FakeChannel(topic, config, this, this.accessToken);
    this.#open.set(topic, channel);
    this.channels.push(channel);
    return channel;
  }

  forget(topic: string): void {
    this.#open.delete(topic);
  }

  get openTopics(): string[] {
    return [...this.#open.keys()];
  }

  callsOf(name: string): Record<string, unknown>[] {
    return this.calls.filter((call) => call.name === name).map(({ parameters }) => parameters);
  }

  /** The newest channel. */
  get latest(): FakeChannel {
    const channel = this.channels.at(-1);
    if (!channel) throw new Error("No channel was made");
    return channel;
  }

  #session() {
    const session = { access_token: `token-${this.refreshCount}` };
    if (this.isSignedIn) return { data: { session }, error: null };
    return { data: { session: null }, error: this.authError };
  }
}

function toAnswer(answer: unknown): SupabaseAnswer {
  if (!(answer instanceof FakeFailure)) return { data: answer, error: null, status: 200 };
  const { status, code, message } = answer;
  return { data: null, error: { code, message }, status };
}
