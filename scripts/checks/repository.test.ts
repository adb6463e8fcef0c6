/** What a reader of the repository may rely on: the agreed top level, and nothing of one machine in it. */
import { assertEquals } from "@std/assert";
import { PROJECT_ROOT } from "../stack/project-root.ts";

const TOP_LEVEL = [
  /^\./,
  /^(supabase|web|scripts)$/,
  /^(deno\.json|deno\.lock|package\.json|package-lock\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
];

async function git(...args: string[]): Promise<string[]> {
  const { stdout } = await new Deno.Command("git", { args, cwd: PROJECT_ROOT }).output();
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean);
}

Deno.test("the top level holds what was agreed and nothing else", async () => {
  const names = new Set((await git("ls-files")).map((path) => path.split("/", 1)[0] ?? ""));

  assertEquals([...names].filter((name) => !TOP_LEVEL.some((allowed) => allowed.test(name))), []);
});

Deno.test("the lockfile names no download address", async () => {
  assertEquals(await git("grep", "-l", '"resolved"', "--", "package-lock.json"), []);
});
