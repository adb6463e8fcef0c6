/** What the simulated model decided to answer. */
export interface Reply {
  text: string;
  calls: ReplyCall[];
  /** The text refuses instead of answering. */
  isRefusal?: boolean;
}

/** `argumentText` overrides `arguments` when the call is meant to be broken. */
export interface ReplyCall {
  toolName: string;
  arguments: Record<string, unknown>;
  argumentText?: string;
}

export function say(text: string): Reply {
  return { text, calls: [] };
}

export function call(calls: ReplyCall[], text = ""): Reply {
  return { text, calls };
}
