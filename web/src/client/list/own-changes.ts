/** What the user has just changed in the list: shown at once, and for a while whatever is heard. */
import { ask } from "../channels/ask-supabase.ts";
import { type SupabasePort, tableOf } from "../channels/supabase-port.ts";
import { valueOf } from "../channels/supabase-request-error.ts";
import type { Clock } from "../ports.ts";
import { type ListedSession, type ListModel, withSession } from "./list-model.ts";

/** What was heard of the time before the change may still be on its way. */
const SHOWN_FOR_MS = 2_000;
const NOTHING = { safeParse: () => ({ success: true as const, data: undefined }) };

export type OwnChange = Partial<ListedSession> & { sessionId: string };

export interface OwnChangesOptions {
  supabase: SupabasePort;
  clock: Clock;
  onChange(): void;
  /** The database has it. */
  onSaved(change: OwnChange): void;
}

export class OwnChanges {
  readonly #options: OwnChangesOptions;
  #changes: readonly OwnChange[] = [];

  constructor(options: OwnChangesOptions) {
    this.#options = options;
  }

  appliedTo(list: ListModel): ListModel {
    return this.#changes.reduce(withSession, list);
  }

  /** @throws SupabaseRequestError; the change is taken back. */
  async make(change: OwnChange, columns: Record<string, unknown>): Promise<void> {
    const { supabase, clock, onChange, onSaved } = this.#options;
    this.#changes = [...this.#changes, change];
    onChange();
    const request = () => tableOf(supabase, "sessions").update(columns).eq("session_id", change.sessionId);
    const answer = await ask(request, { clock, answer: NOTHING });
    if (answer.ok) onSaved(change);
    if (answer.ok) clock.schedule(SHOWN_FOR_MS, () => this.#forget(change));
    else this.#forget(change);
    valueOf(answer);
  }

  #forget(change: OwnChange): void {
    this.#changes = this.#changes.filter((each) => each !== change);
    this.#options.onChange();
  }
}
