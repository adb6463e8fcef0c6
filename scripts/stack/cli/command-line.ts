/** The options of the commands: flags, then environment variables, then defaults. */

import { join } from "node:path";
import { parseArgs } from "node:util";
import { findStateRoot } from "../data/state-root.ts";

export interface OptionDefinition {
  readonly variable?: string;
  readonly help: string;
  readonly default?: string;
  /** Takes no value. */
  readonly isSwitch?: boolean;
}

export type OptionDefinitions = Record<string, OptionDefinition>;

export class UsageError extends Error {}

export const DATA_DIR_OPTION = {
  "data-dir": {
    variable: "PARLEY_DATA_DIR",
    help: "folder of the database and keys (default: .parley/data)",
  },
} satisfies OptionDefinitions;

/** The value of every option that has one; a switch that is on has the value "true". */
export function readOptions<Name extends string>(
  args: string[],
  definitions: Record<Name, OptionDefinition>,
): Partial<Record<Name, string>> {
  const names = Object.keys(definitions) as Name[];
  const options = Object.fromEntries(
    names.map((
      name,
    ) => [name, { type: definitions[name].isSwitch ? "boolean" as const : "string" as const }]),
  );
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({ args, options, strict: true, allowPositionals: false }));
  } catch (error) {
    throw new UsageError(`${(error as Error).message}: see --help`);
  }
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const { variable, default: fallback } = definitions[name];
    const value = values[name] ?? (variable ? Deno.env.get(variable) || undefined : undefined) ?? fallback;
    if (value !== undefined) found[name] = String(value);
  }
  return found;
}

export function describeOptions(definitions: OptionDefinitions): string {
  return Object.entries(definitions).map(([name, { help, variable, default: fallback, isSwitch }]) => {
    const notes = [fallback && `default ${fallback}`, variable].filter(Boolean).join(", ");
    return `  ${`--${name}${isSwitch ? "" : " <value>"}`.padEnd(30)} ${help}${notes ? ` (${notes})` : ""}`;
  }).join("\n");
}

export async function dataDirOf(options: { "data-dir"?: string }): Promise<string> {
  return options["data-dir"] ?? join(await findStateRoot(), "data");
}

/** Runs a command; a failure is one message, with its origin when DEBUG is set. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const isPlain = error instanceof UsageError || (error instanceof Error && !Deno.env.get("DEBUG"));
    console.error(isPlain ? error.message : error);
    Deno.exit(1);
  }
}
