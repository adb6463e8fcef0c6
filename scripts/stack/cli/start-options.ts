/** What `npm start` can be told. */

import { DATA_DIR_OPTION, type OptionDefinition, readOptions, UsageError } from "./command-line.ts";

export interface StartOptions {
  readonly ports: {
    readonly api: number;
    readonly db: number;
    readonly studio: number;
    readonly web: number;
  };
  readonly dataDir: string | undefined;
  readonly hasWeb: boolean;
  readonly wallClockMs: number | undefined;
  readonly isHelpWanted: boolean;
}

export const START_OPTIONS = {
  "api-port": { variable: "PARLEY_API_PORT", default: "54321", help: "port of the API, 0 for any" },
  "db-port": { variable: "PARLEY_DB_PORT", default: "54322", help: "port of the database, 0 for any" },
  "studio-port": { variable: "PARLEY_STUDIO_PORT", default: "54323", help: "port of Studio, 0 for any" },
  "web-port": { variable: "PARLEY_WEB_PORT", default: "5173", help: "port of the page, 0 for any" },
  ...DATA_DIR_OPTION,
  "no-web": { variable: "PARLEY_NO_WEB", isSwitch: true, help: "do not serve the page" },
  "wall-clock-seconds": {
    variable: "PARLEY_WALL_CLOCK_SECONDS",
    help: "lifetime of a function worker, 0 for no end (default: 400, as on the paid plan)",
  },
  help: { isSwitch: true, help: "show this" },
} satisfies Record<string, OptionDefinition>;

const HIGHEST_PORT = 65535;

export function readStartOptions(args: string[]): StartOptions {
  const values = readOptions(args, START_OPTIONS);
  const port = (name: "api-port" | "db-port" | "studio-port" | "web-port") =>
    toInteger(name, values[name] ?? "", HIGHEST_PORT);
  const seconds = values["wall-clock-seconds"];
  return {
    ports: { api: port("api-port"), db: port("db-port"), studio: port("studio-port"), web: port("web-port") },
    dataDir: values["data-dir"],
    hasWeb: !isOn(values["no-web"]),
    wallClockMs: seconds === undefined ? undefined : toInteger("wall-clock-seconds", seconds) * 1000,
    isHelpWanted: isOn(values.help),
  };
}

function toInteger(name: string, text: string, highest = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= highest) return value;
  throw new UsageError(`Invalid --${name} "${text}": a whole number from 0 to ${highest} is wanted`);
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value);
}
