/** What `npm run bench` can be told. */
import { type OptionDefinition, readOptions, UsageError } from "../stack/cli/command-line.ts";

export const SECTIONS = ["calls", "streams", "resume", "channels", "idle"] as const;
export type Section = (typeof SECTIONS)[number];

export type Format = "text" | "markdown" | "json";

export interface BenchOptions {
  sections: Section[];
  streams: number[];
  seconds: number;
  tokensPerSecond: number;
  chunks: number[];
  idleSessions: number;
  format: Format;
  isVerbose: boolean;
  isHelpWanted: boolean;
}

export const BENCH_OPTIONS = {
  sections: { default: SECTIONS.join(","), help: "which parts to run" },
  streams: { help: "how many streams at once (default 1,50,200)" },
  seconds: { help: "how long each stream lasts (default 20)" },
  "tokens-per-second": { default: "50", help: "pace of each stream" },
  chunks: { default: "1000,10000", help: "lengths of the answers that are resumed" },
  idle: { help: "how many idle sessions are opened, before three times as many (default 400)" },
  quick: { isSwitch: true, help: "1 and 20 streams of 5 seconds, 100 idle sessions: to see that it works" },
  markdown: { isSwitch: true, help: "print the tables for a README" },
  json: { isSwitch: true, help: "print the figures as JSON" },
  verbose: { isSwitch: true, help: "show what the stack says" },
  help: { isSwitch: true, help: "show this" },
} satisfies Record<string, OptionDefinition>;

const FULL = { streams: "1,50,200", seconds: "20", idle: "400" };
const QUICK = { streams: "1,20", seconds: "5", idle: "100" };

export function readBenchOptions(args: string[]): BenchOptions {
  const values = readOptions(args, BENCH_OPTIONS);
  const sizes = values.quick ? QUICK : FULL;
  return {
    sections: toSections(values.sections ?? ""),
    streams: toNumbers("streams", values.streams ?? sizes.streams),
    seconds: toNumber("seconds", values.seconds ?? sizes.seconds),
    tokensPerSecond: toNumber("tokens-per-second", values["tokens-per-second"] ?? ""),
    chunks: toNumbers("chunks", values.chunks ?? ""),
    idleSessions: toNumber("idle", values.idle ?? sizes.idle),
    format: values.json ? "json" : values.markdown ? "markdown" : "text",
    isVerbose: values.verbose === "true",
    isHelpWanted: values.help === "true",
  };
}

function toSections(text: string): Section[] {
  return text.split(",").map((name) => {
    const section = SECTIONS.find((known) => known === name);
    if (!section) throw new UsageError(`Unknown section "${name}": ${SECTIONS.join(", ")} are known`);
    return section;
  });
}

function toNumbers(name: string, text: string): number[] {
  return text.split(",").map((part) => toNumber(name, part));
}

function toNumber(name: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value > 0) return value;
  throw new UsageError(`Invalid --${name} "${text}": whole numbers above 0 are wanted`);
}
