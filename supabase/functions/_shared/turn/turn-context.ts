/** What every step of a turn works with. */
import type { LanguageModel, ModelCheckpoint } from "../model/language-model.ts";
import type { Chunk, Notice } from "../protocol/mod.ts";
import type { Clock } from "../base/clock.ts";
import type { Tool, UserDatabase } from "../tools/tool.ts";
import type { Answer } from "./answer.ts";

export interface TurnPorts {
  model: LanguageModel;
  tools: readonly Tool[];
  /** Sees what the signed-in user sees (R9). */
  database: UserDatabase;
  /** Whether a token of the user is at hand; without one tools cannot run, and the turn waits for the user (K14). */
  canActAsUser(): boolean;
  clock: Clock;
  createId(): string;
  /**
   * Takes chunks of the answer in order. Resolves when the next ones are welcome: at once for speech unless the log is
   * behind, after the commit for anything that is a promise (K7). Rejects when this worker may not write any more.
   * `checkpoint` is the place in the provider's stored answer that they reach, committed with them; `null` forgets it.
   */
  write(chunks: Chunk[], checkpoint?: ModelCheckpoint | null): Promise<void>;
}

export interface TurnContext {
  ports: TurnPorts;
  answer: Answer;
  signal: AbortSignal;
  /** Names a part of speech; short, because every delta carries it, and unique within the turn. */
  createPartId(): string;
  /** False when the user has been told already in this turn: each step may meet the same trouble. */
  isNews(notice: Notice): boolean;
  /** Records the chunks in the answer and writes them, with the place they reach. */
  emit(chunks: Chunk[], checkpoint?: ModelCheckpoint | null): Promise<void>;
}
