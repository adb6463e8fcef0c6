/** Lets users talk while a seeded scheduler breaks things, until enough has been broken and said. */
import { signUp } from "../e2e/testing/user.ts";
import { type ChaosWorld, openChaosWorld } from "./chaos-world.ts";
import { converse } from "./conversation.ts";
import { FAULTS } from "./faults/faults.ts";
import { holdsWithin, pause } from "./patience.ts";
import { createRandom, type Random } from "./random.ts";
import { Tally } from "./tally.ts";
import { tolerateBrokenPipes } from "../../../scripts/stack/functions/tolerate-broken-pipes.ts";

export interface ChaosOptions {
  seed: number;
  /** A run ends when it has had this much of both, or when its time is over. */
  turns: number;
  kills: number;
  minutes: number;
  users?: number;
  /** Average time between two faults. */
  faultEveryMs?: number;
  log?: (line: string) => void;
  onProgress?: (line: string) => void;
}

const USERS = 10;
const FAULT_EVERY_MS = 2_000;
const PROGRESS_MS = 30_000;
/** The longest that faults wait for somebody to be answered. */
const RESPITE_MS = 5_000;

/** The decisions follow from the seed alone; when exactly they fall depends on the machine. */
export async function runChaos(options: ChaosOptions): Promise<Tally> {
  const { seed, turns, kills, minutes, users = USERS } = options;
  const random = createRandom(seed);
  const tally = new Tally();
  await using world = await openChaosWorld({ random, tally, log: options.log });
  const startedAt = Date.now();
  const isOver = () =>
    Date.now() - startedAt >= minutes * 60_000 || (tally.of("kills") >= kills && tally.of("turns") >= turns);
  const takeBack = reportProgress(options, { tally, startedAt });
  const mind = tolerateBrokenPipes(() => tally.count("broken pipes in the stack"));
  try {
    const accounts = await Promise.all(Array.from({ length: users }, () => signUp(world.target)));
    world.isCalm = false;
    const trouble = breakThings(world, { options, random: random.fork("faults"), isOver });
    await Promise.all(accounts.map(async (user, index) => {
      const decisions = random.fork(`user ${index}`);
      const guest = accounts[(index + 1) % accounts.length] ?? user;
      while (!isOver()) await converse(world, { user, guest, random: decisions, isOver });
    }));
    await trouble;
  } finally {
    takeBack();
    mind();
  }
  tally.count("seconds", Math.round((Date.now() - startedAt) / 1_000));
  return tally;
}

async function breakThings(
  world: ChaosWorld,
  { options, random, isOver }: { options: ChaosOptions; random: Random; isOver(): boolean },
): Promise<void> {
  const { faultEveryMs = FAULT_EVERY_MS } = options;
  const { tally } = world;
  while (!isOver()) {
    const answered = tally.of("turns");
    await pause(random.next() * 2 * faultEveryMs);
    // On a slow machine workers would be killed faster than they start, and nothing would be said at all.
    await holdsWithin(RESPITE_MS, () => tally.of("turns") > answered || isOver());
    const fault = random.weighted(FAULTS);
    if (await fault.inject(world, random)) tally.count(fault.name);
  }
  // What is still being said and summarised comes to its end in peace.
  world.isCalm = true;
}

function reportProgress(
  { onProgress }: ChaosOptions,
  { tally, startedAt }: { tally: Tally; startedAt: number },
): () => void {
  let told = 0;
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    onProgress?.(`${seconds} s: ${tally.of("kills")} kills, ${tally.of("turns")} turns`);
    for (const finding of tally.findings.slice(told)) onProgress?.(finding);
    told = tally.findings.length;
  }, PROGRESS_MS);
  return () => clearInterval(timer);
}
