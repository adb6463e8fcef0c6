/** `npm run check`: format, lint and types of everything, and that the page builds. */
import { PROJECT_ROOT } from "./stack/project-root.ts";

const deno = Deno.execPath();
const CHECKS: Record<string, [string, ...string[]]> = {
  format: [deno, "fmt", "--check", "--quiet"],
  lint: [deno, "lint", "--quiet"],
  types: [deno, "check", "--quiet", "scripts", "supabase", "web"],
  page: ["node", "node_modules/vite/bin/vite.js", "build", "web", "--logLevel", "warn"],
};

const failed: string[] = [];
for (const [name, [program, ...args]] of Object.entries(CHECKS)) {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd: PROJECT_ROOT }).output();
  if (!success) {
    Deno.stdout.writeSync(stdout);
    Deno.stderr.writeSync(stderr);
    failed.push(name);
  }
  console.log(`${name}: ${success ? "ok" : "failed"}`);
}
if (failed.length > 0) Deno.exit(1);
