/** What `npm run chat` can be told. */
import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

export interface ChatOptions {
  /** The one thing to say; `null` for a conversation. `-` means what comes on standard input. */
  prompt: string | null;
  sessionId: string | null;
  hasJson: boolean;
  isHelpWanted: boolean;
}

export const CHAT_HELP = `Talk to Parley in the terminal.

  npm run chat                          a conversation
  npm run -s chat -- "Hello"            one question; only the answer goes to standard output
  echo "Hello" | npm run -s chat -- -   the same, from standard input

  --session <id>   continue a session
  --json           print each frame of the protocol as a line of JSON
  --help           show this

In a conversation Ctrl-C stops the answer, Ctrl-C twice leaves, Ctrl-D leaves.

Without settings it uses the stack of npm start and its demo account. To use another:
  SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY          where
  PARLEY_EMAIL, PARLEY_PASSWORD                   who, or
  PARLEY_ACCESS_TOKEN                             who, by a token`;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws UsageError */
export function readChatOptions(args: string[]): ChatOptions {
  const { values, positionals } = parse(args);
  const { session: sessionId = null, json: hasJson = false, help: isHelpWanted = false } = values;
  if (sessionId !== null && !UUID.test(sessionId)) {
    throw new UsageError(`Invalid --session "${sessionId}": a session id is a UUID`);
  }
  const prompt = positionals.length > 0 ? positionals.join(" ") : null;
  if (prompt?.trim() === "") {
    throw new UsageError("The message is empty: say something, or nothing for a conversation");
  }
  return { prompt, sessionId, hasJson, isHelpWanted };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        session: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}: see --help`);
  }
}
