/** Asks the deployed functions for the answers that only working ones give. */
import { SECRET_HEADER } from "../../supabase/functions/_shared/auth/serve-kick.ts";
import type { DeploymentPorts } from "./deployment-ports.ts";

/** New code and secrets take a moment to reach every region. */
const ATTEMPTS = 10;
const PAUSE_MS = 3000;

interface Question {
  subject: string;
  expected: number;
  ask(): Promise<Response>;
}

/** @throws Error naming each function that does not answer as it should. */
export async function checkFunctions(
  { functionsUrl, summarizeSecret }: { functionsUrl: string; summarizeSecret: string },
  ports: Pick<DeploymentPorts, "fetch" | "pause" | "createId">,
): Promise<string> {
  const summarize = (secret: string) =>
    ports.fetch(`${functionsUrl}/summarize`, {
      method: "POST",
      headers: { "content-type": "application/json", [SECRET_HEADER]: secret },
      // A session nobody has: nothing is summarised.
      body: JSON.stringify({ session_id: ports.createId() }),
    });
  const questions: Question[] = [
    {
      subject: "session, asked without an upgrade,",
      expected: 426,
      ask: () => ports.fetch(`${functionsUrl}/session/${ports.createId()}`),
    },
    { subject: "summarize, asked with a wrong secret,", expected: 401, ask: () => summarize("wrong") },
    {
      subject: "summarize, asked with the secret in Vault,",
      expected: 202,
      ask: () => summarize(summarizeSecret),
    },
  ];
  let problems: string[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    problems = (await Promise.all(questions.map(toProblem))).flat();
    if (problems.length === 0) return "both functions answer as they should";
    if (attempt < ATTEMPTS) await ports.pause(PAUSE_MS);
  }
  throw new Error(
    `${
      problems.join("\n")
    }\nLook at the logs of the functions: dashboard, Edge Functions, the function, Logs`,
  );
}

async function toProblem({ subject, expected, ask }: Question): Promise<string[]> {
  try {
    const response = await ask();
    await response.body?.cancel();
    if (response.status === expected) return [];
    return [`${subject} answered ${response.status} instead of ${expected}`];
  } catch (error) {
    return [`${subject} cannot be reached: ${error instanceof Error ? error.message : error}`];
  }
}
