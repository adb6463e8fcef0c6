/** Keeps the direction of imports: protocol ← pure core ← adapters ← index.ts; the client knows the protocol only. */
import { assertEquals } from "@std/assert";
import { dirname, join, normalize, relative } from "node:path";
import { PROJECT_ROOT } from "../stack/project-root.ts";

const SHARED = "supabase/functions/_shared";

interface SourceFile {
  path: string;
  text: string;
  imports: string[];
}

async function* walk(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(join(PROJECT_ROOT, folder))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory && entry.name !== "node_modules" && entry.name !== "dist") yield* walk(path);
    else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

async function readSources(folder: string, { tests = false } = {}): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for await (const path of walk(folder)) {
    const isTest = /\.test\.tsx?$|\/testing\/|-contract\.ts$/.test(path);
    if (isTest && !tests) continue;
    const text = await Deno.readTextFile(join(PROJECT_ROOT, path));
    const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) =>
      match[1] ?? ""
    );
    const imports = specifiers.map((specifier) =>
      specifier.startsWith(".") ? resolve(path, specifier) : specifier
    );
    files.push({ path, text, imports });
  }
  return files;
}

function resolve(path: string, specifier: string): string {
  return relative(".", normalize(join(dirname(path), specifier)));
}

/** Every import of a file that no rule allows, as `file → import`. */
function forbidden(files: SourceFile[], allowed: (path: string, imported: string) => boolean): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.filter((imported) => !allowed(path, imported)).map((imported) => `${path} → ${imported}`)
  );
}

const isIn = (imported: string, ...folders: string[]) =>
  folders.some((folder) => imported.startsWith(`${folder}/`));

/** The ports the core is written against. */
const PORTS = [
  `${SHARED}/model/language-model.ts`,
  `${SHARED}/store/session-store.ts`,
  `${SHARED}/store/summary-store.ts`,
];
const CORE = [`${SHARED}/base`, `${SHARED}/session`, `${SHARED}/turn`, `${SHARED}/tools`];
const isAdapter = (path: string) => /\/supabase-[a-z-]+\.ts$/.test(path);

Deno.test("the protocol imports zod only", async () => {
  const files = await readSources(`${SHARED}/protocol`);

  assertEquals(forbidden(files, (_path, to) => to === "zod" || isIn(to, `${SHARED}/protocol`)), []);
});

Deno.test("the pure core imports the protocol, the ports and itself", async () => {
  const files = (await Promise.all(CORE.map((folder) => readSources(folder)))).flat().filter(({ path }) =>
    !isAdapter(path)
  );
  const allowed = (_path: string, to: string) =>
    to === "zod" || PORTS.includes(to) || isIn(to, `${SHARED}/protocol`, ...CORE);

  assertEquals(forbidden(files, allowed), []);
});

Deno.test("the pure core names no platform, no clock and no random source", async () => {
  const files = (await Promise.all([...CORE, `${SHARED}/protocol`].map((folder) => readSources(folder))))
    .flat();
  const platform =
    /\bDeno\.|new WebSocket|\bDate\.now\(|\bperformance\.now|\bsetTimeout\(|\bsetInterval\(|crypto\.random|Math\.random/;

  assertEquals(
    files.filter(({ text, path }) => !isAdapter(path) && platform.test(text)).map(({ path }) => path),
    [],
  );
});

Deno.test("the client imports itself and the protocol", async () => {
  const files = await readSources("web/src/client");

  assertEquals(forbidden(files, (_path, to) => isIn(to, "web/src/client", `${SHARED}/protocol`)), []);
});

Deno.test("product code knows nothing of scripts/ and tests/", async () => {
  const files = [...await readSources("supabase/functions"), ...await readSources("web/src")];

  assertEquals(forbidden(files, (_path, to) => !isIn(to, "scripts", "supabase/tests")), []);
  assertEquals(
    files.filter(({ text }) => /scripts\/stack|embedded stack/i.test(text)).map(({ path }) => path),
    [],
  );
});

Deno.test("no two files import each other in a circle, types aside", async () => {
  const files = await readSources("supabase/functions");
  const graph = new Map(files.map(({ path, text }) => [path, valueImports(path, text)]));

  assertEquals([...graph.keys()].filter((path) => reaches(graph, { from: path, to: path })), []);
});

function valueImports(path: string, text: string): string[] {
  return [...text.matchAll(/^(?:import|export) (?!type )([^;]*?) from "(\.[^"]+)"/gms)]
    .filter(([, names]) => !isTypesOnly(names ?? ""))
    .map(([, , specifier]) => resolve(path, specifier ?? ""));
}

function isTypesOnly(names: string): boolean {
  const listed = /^\{([^}]*)\}$/s.exec(names.trim())?.[1];
  return listed !== undefined &&
    listed.split(",").filter((name) => name.trim()).every((name) => /^\s*type\s/.test(name));
}

function reaches(graph: Map<string, string[]>, { from, to }: { from: string; to: string }): boolean {
  const seen = new Set<string>();
  const open = [...graph.get(from) ?? []];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (path === to) return true;
    if (seen.has(path)) continue;
    seen.add(path);
    open.push(...graph.get(path) ?? []);
  }
  return false;
}
