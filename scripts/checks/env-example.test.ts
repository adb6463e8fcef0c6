/** `.env.example` names every variable that somebody may set, and no other. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { readModelSettings } from "../../supabase/functions/_shared/model/model-settings.ts";
import { PROJECT_ROOT } from "../stack/project-root.ts";

/** The platform gives these to functions, or the machine to programs; nobody sets them for Parley. */
const GIVEN = [
  ...["DENO_DIR", "DENO_TLS_CA_STORE", "HOME", "LOCALAPPDATA", "NO_PROXY", "XDG_CACHE_HOME"],
  ...["SUPABASE_ANON_KEY", "SUPABASE_JWKS", "SUPABASE_PUBLISHABLE_KEYS", "SUPABASE_SECRET_KEYS"],
  "SUPABASE_SERVICE_ROLE_KEY",
];

const FOLDERS = ["supabase", "web/src", "scripts"];
const SKIPPED = /\/(node_modules|dist|\.temp|testing\/project)\/|^scripts\/.*(\.test\.ts$|\/testing\/)/;

async function* walk(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(join(PROJECT_ROOT, folder))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* walk(path);
    else if (/\.(tsx?|mjs|toml)$/.test(path) && !SKIPPED.test(path)) yield path;
  }
}

/** Read directly, from config.toml, as the variable of an option, or by one of our functions `read...(..., "NAME")`. */
function variablesIn(text: string): string[] {
  const named = [
    /\bDeno\.env\.get\("([A-Z][A-Z0-9_]*)"/g,
    /\b(?:import\.meta|process)\.env\.([A-Z][A-Z0-9_]*)/g,
    /\bvariable: "([A-Z][A-Z0-9_]*)"/g,
    /"env\(([A-Z][A-Z0-9_]*)\)"/g,
  ].flatMap((pattern) => [...text.matchAll(pattern)]);
  const read = [...text.matchAll(/\bread[A-Za-z]*\(([^()]*)\)/g)]
    .flatMap(([, args = ""]) => [...args.matchAll(/"([A-Z][A-Z0-9]*_[A-Z0-9_]*)"/g)]);
  return [...named, ...read].map(([, name = ""]) => name);
}

const example = await Deno.readTextFile(join(PROJECT_ROOT, ".env.example"));
const shown = [...example.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = "", value = ""]) => ({
  name,
  value,
}));

Deno.test(".env.example shows each variable that is read, once, and none that is not", async () => {
  const found = new Set<string>();
  for (const folder of FOLDERS) {
    for await (const path of walk(folder)) {
      for (const name of variablesIn(await Deno.readTextFile(join(PROJECT_ROOT, path)))) found.add(name);
    }
  }

  assertEquals(
    shown.map(({ name }) => name).toSorted(),
    [...found].filter((name) => !GIVEN.includes(name)).toSorted(),
  );
});

Deno.test(".env.example sets nothing as long as nobody takes away a #", () => {
  for (const line of example.split("\n").filter(Boolean)) assertMatch(line, /^#/);
});

Deno.test(".env.example shows the true defaults of the model", () => {
  const settings = (values: Record<string, string>) =>
    readModelSettings((name) => ({ ...values, OPENAI_API_KEY: "key" })[name]);
  const { OPENAI_BASE_URL: _default, ...defaults } = Object.fromEntries(
    shown.map(({ name, value }) => [name, value]),
  );

  assertEquals(settings(defaults), settings({}));
});
