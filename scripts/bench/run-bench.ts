/** Measures what it is asked for in one run and prints it. */
import { describeOptions, runCommand } from "../stack/cli/command-line.ts";
import { print } from "../stack/cli/print.ts";
import { BENCH_OPTIONS, type BenchOptions, readBenchOptions } from "./bench-options.ts";
import { type BenchWorld, openBenchWorld, SOCKETS_PER_USER } from "./bench-world.ts";
import { measureCalls } from "./measure-calls.ts";
import { measureChannels, type Watchers } from "./measure-channels.ts";
import { measureIdle, MORE_TIMES, WARM_UP_SESSIONS } from "./measure-idle.ts";
import { measureResume } from "./measure-resume.ts";
import { measureStreams } from "./measure-streams.ts";
import { type BenchFigures, formatFigures } from "./report.ts";

/** How long the answer is that is watched, at the most. */
const WATCHED_SECONDS = 10;
const AUDIENCES: Watchers[] = [
  { tabs: 0, observers: 0 },
  { tabs: 1, observers: 0 },
  { tabs: 3, observers: 0 },
  { tabs: 0, observers: 1 },
  { tabs: 1, observers: 2 },
];

export async function runBench(args: string[]): Promise<void> {
  await runCommand(async () => {
    const options = readBenchOptions(args);
    if (options.isHelpWanted) {
      return print(`npm run bench -- [options]\n\n${describeOptions(BENCH_OPTIONS)}`);
    }
    const tell = (line: string) => console.error(line);
    tell("Starting a stack of its own, a provider and a bare relay");
    const sockets = Math.max(options.idleSessions * (1 + MORE_TIMES) + WARM_UP_SESSIONS, ...options.streams);
    const log = options.isVerbose ? tell : () => {};
    await using world = await openBenchWorld({ users: Math.ceil(sockets / SOCKETS_PER_USER) + 1, log });
    const figures = await measure(world, { options, tell });
    const { format } = options;
    print(format === "json" ? JSON.stringify(figures, null, 2) : formatFigures(figures, format));
  });
  Deno.exit(0);
}

async function measure(
  world: BenchWorld,
  { options, tell }: { options: BenchOptions; tell: (line: string) => void },
): Promise<BenchFigures> {
  const { sections, tokensPerSecond } = options;
  const figures: BenchFigures = { streams: [], resumes: [], channels: [], idle: [] };
  /** What fails must not take with it what has been measured. */
  const attempt = async (what: string, run: () => Promise<void>) => {
    tell(`Measuring ${what}`);
    await run().catch((error) => tell(`Failed: ${error instanceof Error ? error.message : error}`));
  };
  if (sections.includes("streams")) {
    for (const streams of options.streams) {
      const tokens = options.seconds * tokensPerSecond;
      await attempt(`${streams} at once for ${options.seconds} seconds, three ways`, async () => {
        figures.streams.push(await measureStreams(world, { streams, tokens, tokensPerSecond }));
      });
    }
  }
  if (sections.includes("resume")) {
    for (const chunks of options.chunks) {
      await attempt(`the resume of ${chunks} chunks`, async () => {
        figures.resumes.push(await measureResume(world, chunks));
      });
    }
  }
  if (sections.includes("channels")) {
    const tokens = Math.min(options.seconds, WATCHED_SECONDS) * tokensPerSecond;
    for (const audience of AUDIENCES) {
      await attempt(`an answer with ${audience.tabs + audience.observers} watching`, async () => {
        figures.channels.push(await measureChannels(world, { ...audience, tokens, tokensPerSecond }));
      });
    }
  }
  if (sections.includes("calls")) {
    await attempt("one call of the database", async () => {
      figures.calls = await measureCalls(world);
    });
  }
  // Last, because it leaves the processes large.
  if (sections.includes("idle")) {
    await attempt(`${options.idleSessions} idle sessions`, async () => {
      figures.idle = await measureIdle(world, options.idleSessions);
    });
  }
  return figures;
}
