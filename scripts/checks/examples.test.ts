/** Every example of the client compiles, as somebody would copy it. */
import { assertEquals } from "@std/assert";
import { basename, join } from "node:path";
import * as client from "../../web/src/client/mod.ts";
import { PROJECT_ROOT } from "../stack/project-root.ts";
import { examplesIn } from "./examples-in.ts";

const CLIENT = "web/src/client";
/** Inside the project, where packages are found. */
const CHECKS = "scripts/checks";

/** What an example may take for granted besides all of the client. */
const GIVEN = `
import type { SupabaseClient } from "@supabase/supabase-js";
declare global {
  const SUPABASE_URL: string;
  const supabase: SupabaseClient;
  const user: { id: string };
  const url: string;
  const sessionId: string;
  const getAccessToken: client.GetAccessToken;
  const options: client.OpenSessionOptions;
  const observeEnvironment: typeof import("./client/observe-environment.ts").observeEnvironment;
  function render(shown: unknown): void;
`;

async function* walk(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(join(PROJECT_ROOT, folder))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* walk(path);
    else if (/(?<!\.test)\.ts$|\.md$/.test(path)) yield path;
  }
}

/** The errors of the compiler, each at its example. */
async function compile(files: Map<string, string>): Promise<string> {
  const folder = await Deno.makeTempDir({ dir: join(PROJECT_ROOT, CHECKS), prefix: ".examples-" });
  try {
    for (const [name, code] of files) {
      await Deno.writeTextFile(join(folder, name), code.replaceAll('"./client/', `"../../../${CLIENT}/`));
    }
    const args = ["check", "--quiet", ...[...files.keys()].map((name) => join(folder, name))];
    const command = new Deno.Command(Deno.execPath(), { args, cwd: PROJECT_ROOT, env: { NO_COLOR: "1" } });
    const { success, stderr } = await command.output();
    const [errors = ""] = new TextDecoder().decode(stderr).split("\nStack backtrace");
    return success ? "" : errors.replaceAll(basename(folder), "examples");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("every example of the client compiles", async () => {
  const names = Object.keys(client).map((name) => `  const ${name}: typeof client.${name};\n`);
  const given = `import type * as client from "./client/mod.ts";\n${GIVEN}${names.join("")}}\n`;
  const files = new Map([["given.ts", given]]);
  for await (const path of walk(CLIENT)) {
    for (
      const { place, code, extension } of examplesIn(path, await Deno.readTextFile(join(PROJECT_ROOT, path)))
    ) {
      const name = place.slice(CLIENT.length + 1).replaceAll(/[/:]/g, "_");
      files.set(`${name}.${extension}`, `${code}\nexport {};\n`);
    }
  }

  assertEquals(await compile(files), "");
  assertEquals(files.size > 15, true, "The examples are not found");
});
