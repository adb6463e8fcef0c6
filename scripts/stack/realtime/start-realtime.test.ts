/** Realtime as a part of the stack; what it promises to clients is in `supabase/tests/realtime`. */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { copyFolder } from "../files/copy-folder.ts";
import { withStack } from "../testing/with-stack.ts";

const TEST_PROJECT = fileURLToPath(new URL("../testing/project", import.meta.url));

Deno.test("config.toml switches Realtime off", async () => {
  const folder = await Deno.makeTempDir();
  const projectDir = `${folder}/project`;
  await copyFolder(TEST_PROJECT, projectDir);
  await Deno.writeTextFile(`${projectDir}/supabase/config.toml`, "\n[realtime]\nenabled = false\n", {
    append: true,
  });

  await withStack(async (stack) => {
    const answer = await fetch(`${stack.apiUrl}/realtime/v1/websocket`);
    await answer.body?.cancel();

    assertEquals([stack.realtime, answer.status], [undefined, 404]);
  }, { projectDir });
  await Deno.remove(folder, { recursive: true });
});
