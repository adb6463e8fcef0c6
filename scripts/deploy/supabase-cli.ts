/** Calls the `supabase` command line tool and reads its JSON. */

export interface CliRun {
  code: number;
  stdout: string;
  stderr: string;
}

/** The environment holds credentials: arguments can be read by every process of the machine. */
export type RunCli = (args: string[], environment: Record<string, string>) => Promise<CliRun>;

/** The tool refused or failed; the message is its own, with its advice. */
export class CliError extends Error {
  override name = "CliError";

  /** `progress` is what the tool reported until then. */
  constructor(message: string, readonly progress: string) {
    super(message);
  }
}

/** @throws CliError */
export async function callCli(
  run: RunCli,
  { args, environment }: { args: string[]; environment: Record<string, string> },
): Promise<unknown> {
  const { code, stdout, stderr } = await run([...args, "--output-format", "json"], environment);
  const answer = parseJson(stdout);
  if (code !== 0) throw new CliError(toMessage(answer, `${stdout}\n${stderr}`), stderr);
  return answer;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Failure {
  error: { message: string; suggestion?: string };
}

function toMessage(answer: unknown, output: string): string {
  if (!isFailure(answer)) return output.trim() || "The supabase command line tool failed without a word";
  const { message, suggestion } = answer.error;
  // The statement that follows is in the migration's file.
  const [cause = message] = message.split("\nAt statement:");
  return suggestion ? `${cause}\n${suggestion}` : cause;
}

function isFailure(answer: unknown): answer is Failure {
  const error = typeof answer === "object" && answer !== null && "error" in answer ? answer.error : null;
  return typeof error === "object" && error !== null && "message" in error &&
    typeof error.message === "string";
}
