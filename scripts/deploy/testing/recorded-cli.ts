/** The command line tool as it answered when it was recorded; version 3.1.0. */
import type { CliRun, RunCli } from "../supabase-cli.ts";

export interface RecordedCli {
  run: RunCli;
  /** Every call, as one line. */
  calls: string[];
  environments: Record<string, string>[];
}

const TARGET = { kind: "linked", project_ref: "abcdefghijklmnopqrst" };

export interface RecordedAnswers {
  migrations?: string[];
  vault?: Record<string, string>;
  secretNames?: string[];
  /** Answers to calls that start with these words, before all others. */
  failures?: Record<string, CliRun>;
}

export function createRecordedCli(
  { migrations = [], vault = {}, secretNames = [], failures = {} }: RecordedAnswers = {},
): RecordedCli {
  const calls: string[] = [];
  const environments: Record<string, string>[] = [];
  const answers: [string, unknown][] = [
    ["secrets list", {
      secrets: secretNames.map((name) => ({ name, value: "0".repeat(64) })),
      target: TARGET,
    }],
    ["db push", { upToDate: migrations.length === 0, migrations, seeds: [], roles: [], target: TARGET }],
    ["db query --file", []],
    ["db query", Object.entries(vault).map(([name, decrypted_secret]) => ({ name, decrypted_secret }))],
    ["secrets set", { target: TARGET }],
    ["functions deploy", { target: TARGET }],
  ];
  const run: RunCli = (args, environment) => {
    const call = args.join(" ");
    calls.push(call);
    environments.push(environment);
    const failure = Object.entries(failures).find(([start]) => call.startsWith(start));
    if (failure) return Promise.resolve(failure[1]);
    const answer = answers.find(([start]) => call.startsWith(start));
    if (!answer) throw new Error(`Nothing is recorded for "${call}"`);
    return Promise.resolve({ code: 0, stdout: JSON.stringify(answer[1]), stderr: "" });
  };
  return { run, calls, environments };
}

export function toFailure(message: string, progress = ""): CliRun {
  return { code: 1, stdout: JSON.stringify({ _tag: "Error", error: { message } }), stderr: progress };
}
