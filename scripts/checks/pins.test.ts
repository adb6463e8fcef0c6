/** Every version is exact and the same wherever it stands. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { PROJECT_ROOT } from "../stack/project-root.ts";

async function readJson(path: string) {
  return JSON.parse(await Deno.readTextFile(join(PROJECT_ROOT, path)));
}

const manifest = await readJson("package.json");
const versions: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };

Deno.test("package.json pins exact versions", () => {
  for (const version of Object.values(versions)) assertMatch(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/);
});

for (
  const path of [
    "deno.json",
    "supabase/functions/session/deno.json",
    "supabase/functions/summarize/deno.json",
  ]
) {
  Deno.test(`${path} agrees with package.json`, async () => {
    const { imports } = await readJson(path);
    const pinned = Object.values<string>(imports).flatMap((target) => {
      const match = /^npm:((?:@[^/]+\/)?[^@/]+)@([^/]+)/.exec(target);
      return match ? [[match[1] ?? "", match[2]]] : [];
    });

    for (const [name, version] of pinned) assertEquals([name, versions[name ?? ""]], [name, version]);
  });
}

Deno.test("the functions run on the Deno that the hosted runtime is compatible with", () => {
  assertEquals(versions.deno, "2.1.4");
});
