/** `npm test`: runs the suites one after the other and sums them up. Arguments name suites; default: all but `browser`. */
import { PROJECT_ROOT } from "../stack/project-root.ts";
import { parseSummary } from "./parse-summary.ts";
import { type Suite, SUITES } from "./suites.ts";

async function runSuite(suite: Suite, filter: string[]): Promise<{ passed: number; failed: number }> {
  console.log(`\n${suite.name}: ${suite.proves}`);
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--no-check",
      "--permit-no-files",
      ...suite.permissions,
      ...filter,
      ...suite.paths,
    ],
    cwd: PROJECT_ROOT,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "inherit",
  });
  const child = command.spawn();
  let output = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    await Deno.stdout.write(new TextEncoder().encode(text));
  }
  const { success } = await child.status;
  const counts = parseSummary(output);
  return success || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

const filter = Deno.args.filter((argument) => argument.startsWith("--"));
const names = Deno.args.filter((argument) => !argument.startsWith("--"));
const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no suite "${unknown[0]}": choose from ${SUITES.map(({ name }) => name).join(", ")}`,
  );
  Deno.exit(2);
}

const chosen = SUITES.filter(({ name }) => names.length > 0 ? names.includes(name) : name !== "browser");
const total = { passed: 0, failed: 0 };
for (const suite of chosen) {
  const { passed, failed } = await runSuite(suite, filter);
  total.passed += passed;
  total.failed += failed;
}
console.log(`\ntests: ${total.passed} passed, ${total.failed} failed`);
if (total.failed > 0 || total.passed === 0) Deno.exit(1);
