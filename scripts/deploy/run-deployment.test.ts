/** The whole deployment with the answers of a recorded command line tool. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { DeploymentPorts } from "./deployment-ports.ts";
import type { DeploymentSettings } from "./deployment-settings.ts";
import { runDeployment } from "./run-deployment.ts";
import { exampleSettings } from "./testing/example-settings.ts";
import { createRecordedCli, type RecordedAnswers, toFailure } from "./testing/recorded-cli.ts";

const GENERATED = "0123456789abcdef".repeat(4);
const MIGRATIONS = ["20260101000000_one.sql", "20260101000100_two.sql"];

interface Scene {
  answers?: RecordedAnswers;
  settings?: Partial<DeploymentSettings>;
  isApplied?: boolean;
  statuses?: (url: string) => number;
}

async function deploy({ answers, settings, isApplied = false, statuses = () => 0 }: Scene) {
  const cli = createRecordedCli(answers);
  const lines: string[] = [];
  const files: string[] = [];
  let summarizeSecret = "";
  const ports: DeploymentPorts = {
    run: cli.run,
    withSecretFile: (text, use) => {
      files.push(text);
      return use("SECRET_FILE");
    },
    fetch: (url, request) => {
      const secret = request?.headers["x-parley-secret"] ?? "";
      const right = url.includes("/session/") ? 426 : secret === "wrong" ? 401 : 202;
      if (right === 202) summarizeSecret = secret;
      return Promise.resolve(new Response(null, { status: statuses(url) || right }));
    },
    pause: () => Promise.resolve(),
    createSecret: () => GENERATED,
    createId: () => "7d444840-9dc0-41d1-b245-5ffdce74fad2",
    print: (line) => lines.push(line),
  };
  const isDone = await runDeployment({ settings: exampleSettings(settings), isApplied }, ports);
  return { isDone, output: lines.join("\n"), calls: cli.calls, files, summarizeSecret, cli };
}

Deno.test("runDeployment() asks nothing of the project while something is missing", async () => {
  const { isDone, calls, output } = await deploy({ settings: { accessToken: undefined }, isApplied: true });

  assertEquals([isDone, calls], [false, []]);
  assertStringIncludes(output, "SUPABASE_ACCESS_TOKEN");
});

Deno.test("a dry run reads only, and says which migrations would be applied", async () => {
  const { isDone, calls, output } = await deploy({ answers: { migrations: MIGRATIONS } });

  assert(isDone);
  assertEquals(calls.length, 3);
  for (const call of calls) assert(/^secrets list|--dry-run|--read-only/.test(call), call);
  for (const name of MIGRATIONS) assertStringIncludes(output, name);
  assertStringIncludes(output, "nothing was changed");
});

Deno.test("a deployment takes its steps in order and never pushes the seed or config.toml's Vault", async () => {
  const { isDone, calls, files, summarizeSecret } = await deploy({
    answers: { migrations: MIGRATIONS },
    settings: { functionVariables: { OPENAI_API_KEY: "sk-test" } },
    isApplied: true,
  });

  const project = "--remote=abcdefghijklmnopqrst";
  const json = "--yes --output-format json";
  assert(isDone);
  assertEquals(calls.slice(3), [
    `db push ${project} --skip-vault ${json}`,
    `db query --file SECRET_FILE ${project} ${json}`,
    `secrets set --env-file SECRET_FILE ${project} ${json}`,
    `functions deploy session summarize --use-api ${project} ${json}`,
  ]);
  assertStringIncludes(files[0] ?? "", `('summarize_secret', '${GENERATED}')`);
  assertEquals(files[1]?.split("\n").toSorted(), [
    "",
    "OPENAI_API_KEY='sk-test'",
    `SUMMARIZE_SECRET='${GENERATED}'`,
    `WAKE_SECRET='${GENERATED}'`,
  ]);
  assertEquals(summarizeSecret, GENERATED);
});

Deno.test("no secret is printed, and none is an argument of a program", async () => {
  const leaky = `Cannot reach ${GENERATED} with correct-horse-battery and sk-very-secret`;
  const { output, calls } = await deploy({
    answers: { failures: { "functions deploy": toFailure(leaky) } },
    settings: {
      functionVariables: { OPENAI_API_KEY: "sk-very-secret" },
      databaseUrl:
        "postgresql://postgres.abcdefghijklmnopqrst:correct-horse-battery@eu.pooler.supabase.com/postgres",
    },
    isApplied: true,
  });

  assertStringIncludes(output, "Cannot reach [hidden]");
  for (const secret of [GENERATED, "correct-horse-battery", "sk-very-secret", "sbp_"]) {
    assert(!output.includes(secret), `${secret} is printed`);
    assert(!calls.join("\n").includes(secret), `${secret} is an argument`);
  }
});

Deno.test("the password of a database address travels in the environment", async () => {
  const { cli } = await deploy({
    settings: {
      databaseUrl: "postgresql://postgres.abcdefghijklmnopqrst:p%40ss@eu.pooler.supabase.com:5432/postgres",
    },
  });

  assertEquals(cli.environments[1]?.PGPASSWORD, "p@ss");
  assertStringIncludes(cli.calls[1] ?? "", "--remote=postgresql://postgres.abcdefghijklmnopqrst@eu.pooler");
});

Deno.test("a step that fails names what was done, what was not, and that repeating is safe", async () => {
  const { isDone, output, calls } = await deploy({
    answers: { failures: { "secrets set": toFailure("unexpected status 403") } },
    isApplied: true,
  });

  assert(!isDone);
  assertStringIncludes(output, "unexpected status 403");
  assertStringIncludes(output, "Done: migrations, vault.");
  assertStringIncludes(output, "Failed: secrets. Not done: functions, check.");
  assertStringIncludes(output, "Running it again is safe");
  assert(!calls.some((call) => call.startsWith("functions deploy")));
});

Deno.test("a policy that the platform refuses leads to the SQL editor", async () => {
  const refused = toFailure(
    "ERROR: must be owner of table messages (SQLSTATE 42501)\nAt statement: 0\ncreate policy ...",
    `Applying migration ${MIGRATIONS[0]}...\nApplying migration ${MIGRATIONS[1]}...\n`,
  );
  const { output } = await deploy({
    answers: {
      migrations: MIGRATIONS,
      failures: { "db push --remote=abcdefghijklmnopqrst --skip-vault": refused },
    },
    isApplied: true,
  });

  assertStringIncludes(output, "/sql/new: run the text of supabase/migrations/20260101000100_two.sql");
  assertStringIncludes(output, "migration repair 20260101000100 --status applied");
  assert(!output.includes("create policy"));
});

Deno.test("a project that cannot be read is left alone, with the tool's own advice", async () => {
  const failure = {
    code: 1,
    stdout: JSON.stringify({
      error: { message: "IPv6 is not supported", suggestion: "Pass the pooler URL" },
    }),
    stderr: "",
  };
  const { isDone, output, calls } = await deploy({
    answers: { failures: { "db push": failure } },
    isApplied: true,
  });

  assertEquals([isDone, calls.length], [false, 2]);
  assertStringIncludes(output, "IPv6 is not supported");
  assertStringIncludes(output, "Pass the pooler URL");
});

Deno.test("a project whose first migration brings Vault counts as empty", async () => {
  const missing = toFailure(
    'failed to execute query: error: relation "vault.decrypted_secrets" does not exist',
  );
  const { isDone, output } = await deploy({ answers: { failures: { "db query select": missing } } });

  assert(isDone);
  assertStringIncludes(output, "summarize_secret: new");
});

Deno.test("functions that answer wrongly fail the deployment by name", async () => {
  const { isDone, output } = await deploy({
    isApplied: true,
    statuses: (url) => url.endsWith("/summarize") ? 503 : 0,
  });

  assert(!isDone);
  assertStringIncludes(output, "summarize, asked with the secret in Vault, answered 503 instead of 202");
  assertStringIncludes(output, "Failed: check. Not done: nothing.");
});

Deno.test("secrets that only the project has are named and left", async () => {
  const { output } = await deploy({ answers: { secretNames: ["OPENAI_API_KEY", "SUPABASE_URL"] } });

  assertStringIncludes(output, "OPENAI_API_KEY: only in the project, stays as it is");
  assert(!output.includes("SUPABASE_URL"));
  assert(!output.includes("simulated model will answer"));
});
