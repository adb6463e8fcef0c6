/**
 * The steps of a deployment with the real command line tool: on a database without migrations, and on a copy of the
 * platform's management interface. What the hosted platform itself does is not proved here.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import postgres from "postgres";
import { startStack } from "../stack/start-stack.ts";
import type { DeploymentPorts } from "./deployment-ports.ts";
import type { HostedProject } from "./hosted-project.ts";
import { inspectProject } from "./inspect-project.ts";
import { planDeployment } from "./plan-deployment.ts";
import { runInstalledCli } from "./run-installed-cli.ts";
import { runStep } from "./run-step.ts";
import { exampleSettings, PROJECT_REF } from "./testing/example-settings.ts";
import { startPlatformCopy } from "./testing/platform-copy.ts";
import { withSecretFile } from "./with-secret-file.ts";

const ODD_VALUE = 'two words # "quoted" $HOME \\n';
const settings = exampleSettings({ functionVariables: { OPENAI_API_KEY: "sk-test", ODD_VALUE } });

const ports: DeploymentPorts = {
  run: runInstalledCli,
  withSecretFile,
  fetch: () => Promise.reject(new Error("The functions are not deployed anywhere")),
  pause: () => Promise.resolve(),
  createSecret: () => crypto.randomUUID().repeat(2),
  createId: () => crypto.randomUUID(),
  print: () => {},
};

Deno.test({
  name: "a deployment migrates, fills Vault, sets secrets and deploys both functions; again it keeps them",
  // The command line tool and the stack outlive single promises.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const folder = await Deno.makeTempDir();
    await Deno.mkdir(join(folder, "supabase", "migrations"), { recursive: true });
    await Deno.writeTextFile(join(folder, "supabase", "config.toml"), 'project_id = "empty"\n');
    await using copy = startPlatformCopy(PROJECT_REF);
    const profile = join(folder, "profile.yaml");
    await Deno.writeTextFile(profile, copy.profile);
    await using stack = await startStack({ projectDir: folder, functions: false, seed: false });
    const database = new URL(`${stack.dbUrl}?sslmode=disable`);
    const password = decodeURIComponent(database.password);
    database.password = "";
    const project: HostedProject = {
      ref: PROJECT_REF,
      projectArgs: [`--remote=${PROJECT_REF}`],
      databaseArgs: [`--remote=${database.href}`],
      environment: {
        ...{ SUPABASE_ACCESS_TOKEN: settings.accessToken ?? "", PGPASSWORD: password },
        ...{ SUPABASE_PROFILE: profile, NO_PROXY: "127.0.0.1" },
      },
    };
    const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
    await sql`update vault.secrets set name = name || '_of_the_stack'`;

    const before = await inspectProject(project, ports.run);
    const first = planDeployment({ settings, project: before }, ports);
    for (const step of first.filter(({ kind }) => kind !== "check")) await runStep(step, { project, ports });
    const after = await inspectProject(project, ports.run);
    const second = planDeployment({ settings, project: after }, ports);
    for (const step of second.filter(({ kind }) => kind !== "check")) await runStep(step, { project, ports });
    const [{ users = -1 } = {}] = await sql`select count(*)::integer as users from auth.users`;
    await sql.end();
    await Deno.remove(folder, { recursive: true });

    assert(before.pendingMigrations.length > 20);
    assertEquals(before.vault, {});
    assertEquals(after.pendingMigrations, []);
    assertEquals(users, 0);
    const vault = first.find((step) => step.kind === "vault");
    assertEquals(
      after.vault,
      Object.fromEntries(vault?.values.map(({ name, value }) => [name, value]) ?? []),
    );
    assertEquals(second.find((step) => step.kind === "vault")?.values.map(({ change }) => change), [
      "kept",
      "kept",
      "kept",
    ]);
    assertEquals(Object.fromEntries(copy.secrets), {
      SUMMARIZE_SECRET: after.vault.summarize_secret ?? "",
      WAKE_SECRET: after.vault.wake_secret ?? "",
      OPENAI_API_KEY: "sk-test",
      ODD_VALUE,
    });
    assertEquals(copy.deployed.slice(0, 2).map(({ slug, verifyJwt }) => [slug, verifyJwt]).toSorted(), [
      ["session", false],
      ["summarize", false],
    ]);
    for (const { slug, files } of copy.deployed) {
      assert(files.some((name) => name.endsWith(`functions/${slug}/deno.json`)), `${slug} has no deno.json`);
      assert(files.some((name) => name.includes("_shared/")), `${slug} has nothing of _shared`);
    }
  },
});
