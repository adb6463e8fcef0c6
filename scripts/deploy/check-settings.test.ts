import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkSettings } from "./check-settings.ts";
import type { DeploymentSettings } from "./deployment-settings.ts";
import { exampleSettings, PROJECT_REF } from "./testing/example-settings.ts";

const POOLER = `postgresql://postgres.${PROJECT_REF}:secret@aws-0-eu-west-1.pooler.supabase.com`;

Deno.test("checkSettings() lets a complete deployment start, with the password or the address", () => {
  assertEquals(checkSettings(exampleSettings()), []);
  assertEquals(
    checkSettings(exampleSettings({ databasePassword: undefined, databaseUrl: `${POOLER}:5432/postgres` })),
    [],
  );
});

Deno.test("checkSettings() names everything that is missing at once", () => {
  const refusals = checkSettings(exampleSettings({
    projectRef: undefined,
    accessToken: undefined,
    databasePassword: undefined,
  }));

  assertEquals(refusals.length, 3);
  for (const name of ["SUPABASE_PROJECT_REF", "SUPABASE_ACCESS_TOKEN", "SUPABASE_DB_PASSWORD"]) {
    assertStringIncludes(refusals.join("\n"), name);
  }
});

const REFUSED: [string, Partial<DeploymentSettings>, string][] = [
  ["a project ref that is an address", { projectRef: "https://x.supabase.co" }, "no project ref"],
  [
    "a database on this machine",
    { databaseUrl: "postgresql://postgres:p@127.0.0.1:54322/postgres" },
    "on this machine",
  ],
  ["a database that is none", { databaseUrl: "db.example.com" }, "no database address"],
  [
    "the database of another project",
    { databaseUrl: POOLER.replace(PROJECT_REF, "zzzzzzzzzzzzzzzzzzzz") },
    "another project",
  ],
  ["the transaction pooler", { databaseUrl: `${POOLER}:6543/postgres` }, "Session pooler"],
  ...["http://localhost:8000/v1", "http://127.0.0.1:1/v1", "http://kong:8000", "http://[::1]:1/v1"].map((
    url,
  ): [string, Partial<DeploymentSettings>, string] => [
    `a provider at ${url}`,
    { functionVariables: { OPENAI_BASE_URL: url } },
    "OPENAI_BASE_URL",
  ]),
  ["a value of two lines", { functionVariables: { OPENAI_MODEL: "a\nINJECTED=b" } }, "OPENAI_MODEL"],
  ["what the functions would refuse", { functionVariables: { SIMULATED_FIRST_TOKEN_MS: "soon" } }, "soon"],
];

for (const [what, changes, expected] of REFUSED) {
  Deno.test(`checkSettings() refuses ${what}`, () => {
    const refusals = checkSettings(exampleSettings(changes));

    assertEquals(refusals.length, 1);
    assertStringIncludes(refusals[0] ?? "", expected);
  });
}
