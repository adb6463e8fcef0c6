/** Why a join is refused, in the platform's words. */

import { PolicyError } from "../authorization/judge-topic.ts";
import { TokenError } from "../authorization/identity.ts";

export class JoinError extends Error {
  readonly code: string;
  /** Whether the whole connection ends. */
  readonly isFinal: boolean;

  constructor(code: string, message: string, { isFinal = false }: { isFinal?: boolean } = {}) {
    super(message);
    this.code = code;
    this.isFinal = isFinal;
  }
}

export function unauthorized(topic: string): JoinError {
  return new JoinError(
    "Unauthorized",
    `You do not have permissions to read from this Channel topic: ${topic}`,
  );
}

export const DATABASE_AWAY = new JoinError(
  "UnableToConnectToProject",
  "Realtime was unable to connect to the project database",
);

/** Whatever stands in the way of a channel, as what its client may be told. */
export function toJoinError(error: unknown, topic: string): JoinError {
  if (error instanceof JoinError) return error;
  if (error instanceof TokenError) return new JoinError(error.code, error.message);
  return error instanceof PolicyError ? unauthorized(topic) : DATABASE_AWAY;
}
