/** `npm run test:chaos`: a long run. Flags: `--seed`, `--minutes`, `--turns`, `--kills`, `--users`, `--fault-every-ms`. */
import { parseArgs } from "node:util";
import { runChaos } from "./run-chaos.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    seed: { type: "string" },
    minutes: { type: "string", default: "60" },
    turns: { type: "string", default: "5000" },
    kills: { type: "string", default: "500" },
    users: { type: "string" },
    "fault-every-ms": { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});

const numberOf = (text: string | undefined) => text === undefined ? undefined : Number(text);
const seed = numberOf(values.seed) ?? Math.floor(Math.random() * 2 ** 31);
console.log(`Seed ${seed}. The same seed makes the same decisions; their timing depends on the machine.`);
const tally = await runChaos({
  seed,
  minutes: Number(values.minutes),
  turns: Number(values.turns),
  kills: Number(values.kills),
  users: numberOf(values.users),
  faultEveryMs: numberOf(values["fault-every-ms"]),
  log: values.verbose ? (line) => console.log(line) : undefined,
  onProgress: (line) => console.log(line),
});
console.log(tally.findings.slice(0, 50).join("\n"));
console.log(tally.lines().join("\n"));
console.log(`Seed ${seed}: ${tally.isUnharmed ? "nothing lost, nothing twice" : "FAILED"}`);
Deno.exit(tally.isUnharmed ? 0 : 1);
