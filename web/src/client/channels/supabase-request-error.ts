/** Why something that was asked of the database did not happen, in words for a person (R12). */
import type { Answer, Failure } from "./ask-supabase.ts";

const SENTENCES = {
  forbidden: "This is not allowed.",
  unauthorized: "Please sign in again.",
  too_many: "There are too many of these already.",
  refused: "This cannot be done in this way.",
  unreachable: "The server cannot be reached just now.",
} as const satisfies Record<Failure, string>;

/** `failure` is for a program, `message` for the person who asked, `cause` for a log. */
export class SupabaseRequestError extends Error {
  override readonly name = "SupabaseRequestError";
  readonly failure: Failure;

  constructor(
    failure: Failure,
    { sentence = SENTENCES[failure], cause }: { sentence?: string; cause?: unknown } = {},
  ) {
    super(sentence, { cause });
    this.failure = failure;
  }
}

/** @throws SupabaseRequestError, with a better sentence for a failure where there is one. */
export function valueOf<Value>(
  answer: Answer<Value>,
  sentences: Partial<Record<Failure, string>> = {},
): Value {
  if (answer.ok) return answer.value;
  const { failure, message: cause } = answer;
  throw new SupabaseRequestError(failure, { sentence: sentences[failure], cause });
}
