import { assertEquals } from "@std/assert";
import type { DeploymentSettings } from "./deployment-settings.ts";
import { planDeployment } from "./plan-deployment.ts";
import type { ProjectState } from "./project-state.ts";
import { exampleSettings, PROJECT_REF } from "./testing/example-settings.ts";

const FUNCTIONS_URL = `https://${PROJECT_REF}.supabase.co/functions/v1`;
const GOOD = "a".repeat(64);
const ALSO_GOOD = "b".repeat(64);

function plan(
  { project = {}, settings = {} }: {
    project?: Partial<ProjectState>;
    settings?: Partial<DeploymentSettings>;
  },
) {
  let count = 0;
  const steps = planDeployment({
    settings: exampleSettings(settings),
    project: { pendingMigrations: [], vault: {}, functionSecretNames: [], ...project },
  }, { createSecret: () => `generated-${++count}` });
  const [, vault, secrets, , check] = steps;
  if (vault?.kind !== "vault" || secrets?.kind !== "secrets" || check?.kind !== "check") {
    throw new Error("The steps are in another order");
  }
  return { kinds: steps.map(({ kind }) => kind), vault: vault.values, secrets: secrets.values, check };
}

Deno.test("planDeployment() gives a new project its values and the functions the same ones", () => {
  const { kinds, vault, secrets, check } = plan({
    settings: { functionVariables: { OPENAI_API_KEY: "sk" } },
  });

  assertEquals(kinds, ["migrations", "vault", "secrets", "functions", "check"]);
  assertEquals(vault, [
    { name: "functions_url", value: FUNCTIONS_URL, change: "new" },
    { name: "summarize_secret", value: "generated-1", change: "new" },
    { name: "wake_secret", value: "generated-2", change: "new" },
  ]);
  assertEquals(secrets, {
    SUMMARIZE_SECRET: "generated-1",
    WAKE_SECRET: "generated-2",
    OPENAI_API_KEY: "sk",
  });
  assertEquals(check.summarizeSecret, "generated-1");
});

Deno.test("planDeployment() keeps the secrets a project has and gives them to the functions again", () => {
  const vault = { functions_url: FUNCTIONS_URL, summarize_secret: GOOD, wake_secret: ALSO_GOOD };

  const planned = plan({ project: { vault } });

  assertEquals(planned.vault.map(({ change }) => change), ["kept", "kept", "kept"]);
  assertEquals(planned.secrets, { SUMMARIZE_SECRET: GOOD, WAKE_SECRET: ALSO_GOOD });
});

Deno.test("planDeployment() replaces the address of a local stack and secrets from one", () => {
  const vault = {
    functions_url: "http://kong:8000/functions/v1",
    summarize_secret: "local-secret",
    wake_secret: GOOD,
  };

  const planned = plan({ project: { vault }, settings: { localSecrets: [GOOD] } });

  assertEquals(planned.vault, [
    { name: "functions_url", value: FUNCTIONS_URL, change: "replaced" },
    { name: "summarize_secret", value: "generated-1", change: "replaced" },
    { name: "wake_secret", value: "generated-2", change: "replaced" },
  ]);
});

Deno.test("planDeployment() makes new secrets when told to", () => {
  const vault = { summarize_secret: GOOD, wake_secret: ALSO_GOOD };

  const planned = plan({ project: { vault }, settings: { isRotationWanted: true } });

  assertEquals(planned.secrets, { SUMMARIZE_SECRET: "generated-1", WAKE_SECRET: "generated-2" });
});
