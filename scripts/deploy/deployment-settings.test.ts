import { assertEquals } from "@std/assert";
import { readDeploymentSettings } from "./deployment-settings.ts";

const NOTHING = { flags: {}, shell: {}, variables: {}, functionsFile: {} };

Deno.test("readDeploymentSettings() prefers the flag to the shell and the shell to .env", () => {
  const shell = { SUPABASE_PROJECT_REF: "shell", SUPABASE_ACCESS_TOKEN: "shell" };
  const variables = {
    SUPABASE_PROJECT_REF: "file",
    SUPABASE_ACCESS_TOKEN: "file",
    SUPABASE_DB_PASSWORD: "file",
  };

  const settings = readDeploymentSettings({
    ...NOTHING,
    flags: { "project-ref": "flag" },
    shell,
    variables,
  });

  assertEquals([settings.projectRef, settings.accessToken, settings.databasePassword], [
    "flag",
    "shell",
    "file",
  ]);
});

Deno.test("readDeploymentSettings() passes on what is meant for functions, and nothing else", () => {
  const { functionVariables, localSecrets } = readDeploymentSettings({
    ...NOTHING,
    shell: { OPENAI_API_KEY: "of the shell" },
    variables: {
      OPENAI_API_KEY: "sk-1",
      OPENAI_MODEL: "",
      SUMMARIZE_SECRET: "local-1",
      PARLEY_PASSWORD: "mine",
      AWS_SECRET_ACCESS_KEY: "mine",
      SUPABASE_DB_PASSWORD: "mine",
    },
    functionsFile: { WEATHER_KEY: "w", WAKE_SECRET: "local-2", SUPABASE_URL: "http://127.0.0.1" },
  });

  assertEquals(functionVariables, { OPENAI_API_KEY: "sk-1", WEATHER_KEY: "w" });
  assertEquals(localSecrets, ["local-1", "local-2"]);
});
