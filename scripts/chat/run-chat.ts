/** The terminal client: signs in, opens a session, and talks once or until the user leaves. */
import { openSession } from "../../web/src/client/mod.ts";
import { AnswerPrinter } from "./answer-printer.ts";
import { CHAT_HELP, type ChatOptions, readChatOptions } from "./chat-options.ts";
import { findChatTarget } from "./chat-target.ts";
import { converse } from "./converse.ts";
import { createInterrupts } from "./interrupts.ts";
import { createLineReader, type LineReader } from "./line-reader.ts";
import { signIn } from "./sign-in.ts";
import { isColourWanted, toTextStyle } from "./text-style.ts";
import { trackWebSockets } from "./tracked-web-socket.ts";
import { UsageError } from "./usage-error.ts";

/** Returns the exit code. */
export async function runChat(args: string[]): Promise<number> {
  try {
    const options = readChatOptions(args);
    if (options.isHelpWanted) {
      console.log(CHAT_HELP);
      return 0;
    }
    return await talk(options);
  } catch (error) {
    console.error(error instanceof UsageError || !Deno.env.get("DEBUG") ? toMessage(error) : error);
    return 1;
  }
}

async function talk({ prompt, sessionId: known, hasJson }: ChatOptions): Promise<number> {
  const lines = createLineReader(Deno.stdin.readable);
  const text = prompt === "-" ? await readAll(lines) : prompt;
  const target = await findChatTarget();
  const getAccessToken = await signIn(target);
  const sessionId = known ?? crypto.randomUUID();
  const sockets = trackWebSockets();
  const url = `${target.apiUrl}/functions/v1/session`;
  const session = openSession({ url, sessionId, getAccessToken, WebSocket: sockets.WebSocket });

  const isTerminal = Deno.stdout.isTerminal();
  const style = toTextStyle(isColourWanted());
  const left = Promise.withResolvers<"left">();
  const write = (written: string) => {
    // The reader of a pipe may have seen enough.
    if (!writeAll(Deno.stdout, written)) left.resolve("left");
  };
  const tell = (told: string) => void writeAll(Deno.stderr, `${told}\n`);
  if (hasJson) session.onFrame((frame) => write(`${JSON.stringify(frame)}\n`));
  const printer = new AnswerPrinter({ write: hasJson ? () => {} : write, style, isPlain: !isTerminal });

  const onInterrupt = createInterrupts({
    now: () => performance.now(),
    cancel() {
      const { activeTurn, isAnswerExpected } = session.state;
      const isRunning = isAnswerExpected || (activeTurn !== null && activeTurn.status !== "waiting");
      if (isRunning) session.cancel();
      return isRunning;
    },
    hint: () => tell("\nCtrl-C again leaves."),
    leave() {
      tell("");
      left.resolve("left");
    },
  });
  Deno.addSignalListener("SIGINT", onInterrupt);
  try {
    const conversation = converse({
      session,
      printer,
      style,
      lines,
      text,
      tell,
      isQuiet: hasJson || !isTerminal,
    });
    const outcome = await Promise.race([conversation, left.promise]);
    printer.breakLine();
    if (text === null || outcome === "left") tell(toGoodbye(sessionId, target.studioUrl));
    return outcome === "failed" ? 1 : 0;
  } finally {
    Deno.removeSignalListener("SIGINT", onInterrupt);
    session.close();
    await sockets.allClosed();
  }
}

function toGoodbye(sessionId: string, studioUrl: string | null): string {
  const place = `table public.sessions, session_id ${sessionId}`;
  return [
    `The session ends. Its summary will be in ${studioUrl ? `${studioUrl}, ` : ""}${place}.`,
    `To continue it: npm run chat -- --session ${sessionId}`,
  ].join("\n");
}

async function readAll(lines: LineReader): Promise<string> {
  const read: string[] = [];
  for (let line = await lines.next(); line !== null; line = await lines.next()) read.push(line);
  const text = read.join("\n").trim();
  if (text === "") throw new UsageError("Standard input was empty: pipe a message into it");
  return text;
}

/** `false` when nobody reads any more. */
function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): boolean {
  try {
    let bytes = new TextEncoder().encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
