/** Builds the page as it is deployed, for one stack, and serves it on a free port. */
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { findNode } from "./find-node.ts";

export interface ServedPage extends AsyncDisposable {
  url: string;
}

export interface PageSettings {
  apiUrl: string;
  publishableKey: string;
  demo: { email: string; password: string };
}

const WEB_DIR = fileURLToPath(new URL("../../../../web", import.meta.url));
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export async function buildPage({ apiUrl, publishableKey, demo }: PageSettings): Promise<ServedPage> {
  const outDir = await Deno.makeTempDir({ prefix: "parley-page-" });
  const vite = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin", "vite.js");
  const { success, stdout, stderr } = await new Deno.Command(findNode(), {
    args: [vite, "build", WEB_DIR, "--outDir", outDir, "--logLevel", "warn"],
    cwd: WEB_DIR,
    env: {
      VITE_SUPABASE_URL: apiUrl,
      VITE_SUPABASE_PUBLISHABLE_KEY: publishableKey,
      VITE_DEMO_EMAIL: demo.email,
      VITE_DEMO_PASSWORD: demo.password,
    },
  }).output();
  if (!success) {
    const output = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
    throw new Error(`Cannot build the page: ${output}`);
  }
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    return answer(request, outDir);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(outDir, { recursive: true });
    },
  };
}

async function answer(request: Request, folder: string): Promise<Response> {
  const { pathname } = new URL(request.url);
  const path = pathname === "/" ? "/index.html" : pathname;
  try {
    const body = await Deno.readFile(join(folder, path));
    return new Response(body, { headers: { "content-type": CONTENT_TYPES[extname(path)] ?? "text/plain" } });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Response("Not found", { status: 404 });
    throw error;
  }
}
