/** The test suites, in the order they run: what is quick and needs nothing first. */

export interface Suite {
  name: string;
  /** What only this suite proves. */
  proves: string;
  permissions: string[];
  paths: string[];
}

export const SUITES: readonly Suite[] = [
  {
    name: "unit",
    proves: "protocol, turn loop, tools, sessions on the memory store, the client: no network, no database",
    permissions: ["--allow-read", "--allow-env", "--allow-sys"],
    paths: [
      "supabase/functions",
      "supabase/tests/properties",
      "supabase/tests/virtual",
      "web/src",
      "scripts/chat",
    ],
  },
  {
    name: "checks",
    proves:
      "direction of imports, pinned versions, that examples compile, what the repository may hold, the benchmark's arithmetic",
    permissions: ["--allow-read", "--allow-write=scripts/checks", `--allow-run=git,${Deno.execPath()}`],
    paths: ["scripts/checks", "scripts/lockfile", "scripts/test", "scripts/bench"],
  },
  {
    name: "stack",
    proves: "the embedded Supabase: Postgres, Data API, Auth, functions, pg_net, pg_cron, Vault",
    permissions: ["--allow-all"],
    paths: ["scripts/stack", "scripts/simulated-provider.test.ts"],
  },
  {
    name: "deploy",
    proves: "what a deployment does and refuses, and its steps with the real command line tool",
    permissions: ["--allow-all"],
    paths: ["scripts/deploy"],
  },
  {
    name: "database",
    proves: "the SQL: contract of the store, row level security from both sides, sweep, types",
    permissions: ["--allow-all"],
    paths: ["supabase/tests/database"],
  },
  {
    name: "realtime",
    proves: "Realtime as the official client knows it, in both wire versions; also put to a real Supabase",
    permissions: ["--allow-all"],
    paths: ["supabase/tests/realtime"],
  },
  {
    name: "e2e",
    proves: "everything together: real sockets, real Postgres, the official client",
    permissions: ["--allow-all"],
    paths: ["supabase/tests/e2e"],
  },
  {
    name: "chaos",
    proves: "nothing is lost, doubled or reordered while workers, sockets, calls and Postgres fail",
    permissions: ["--allow-all"],
    paths: ["supabase/tests/chaos"],
  },
  {
    name: "browser",
    proves: "the page in real Chromium",
    permissions: ["--allow-all"],
    paths: ["supabase/tests/browser"],
  },
];
