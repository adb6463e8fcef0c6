/** One deployment from its settings to its last word: check, look, plan, and carry out when told to. */
import { adviseOnFailure } from "./advise-on-failure.ts";
import { checkSettings } from "./check-settings.ts";
import type { DeploymentPorts } from "./deployment-ports.ts";
import type { DeploymentSettings } from "./deployment-settings.ts";
import { describeResult } from "./describe-result.ts";
import { describeStep } from "./describe-step.ts";
import { type HostedProject, toHostedProject } from "./hosted-project.ts";
import { inspectProject } from "./inspect-project.ts";
import { type DeploymentStep, planDeployment } from "./plan-deployment.ts";
import type { ProjectState } from "./project-state.ts";
import { hideSecrets } from "./hide-secrets.ts";
import { runStep } from "./run-step.ts";

export interface DeploymentOptions {
  settings: DeploymentSettings;
  /** Without it nothing is changed. */
  isApplied: boolean;
}

/** Whether all went well; everything there is to know has been printed. */
export async function runDeployment(
  { settings, isApplied }: DeploymentOptions,
  ports: DeploymentPorts,
): Promise<boolean> {
  const refusals = checkSettings(settings);
  if (refusals.length > 0) {
    ports.print("Cannot deploy yet. Nothing was asked of the project and nothing was changed:");
    for (const refusal of refusals) ports.print(`  - ${refusal}`);
    return false;
  }
  const project = toHostedProject(settings);
  const state = await inspect(project, ports);
  if (state === null) return false;
  const steps = planDeployment({ settings, project: state }, ports);

  if (!isApplied) {
    ports.print(`What would be done to project ${project.ref}:`);
    steps.forEach((step, index) => printStep(step, { index, print: ports.print }));
    ports.print("\nThis was a dry run: nothing was changed. To do it: npm run deploy -- --apply");
    return true;
  }
  return await apply(steps, { project, ports });
}

async function inspect(project: HostedProject, ports: DeploymentPorts): Promise<ProjectState | null> {
  try {
    return await inspectProject(project, ports.run);
  } catch (error) {
    ports.print(`Cannot read the state of project ${project.ref}. Nothing was changed:`);
    ports.print(indent(hideSecrets(toMessage(error), Object.values(project.environment))));
    return null;
  }
}

async function apply(
  steps: DeploymentStep[],
  { project, ports }: { project: HostedProject; ports: DeploymentPorts },
): Promise<boolean> {
  const secrets = [...Object.values(project.environment), ...steps.flatMap(secretsOf)];
  ports.print(`Deploying to project ${project.ref}:`);
  for (const [index, step] of steps.entries()) {
    printStep(step, { index, print: ports.print });
    try {
      ports.print(`     done: ${await runStep(step, { project, ports })}`);
    } catch (error) {
      ports.print(`     failed:\n${indent(hideSecrets(toMessage(error), secrets))}`);
      for (const line of adviseOnFailure({ step, error, projectRef: project.ref })) {
        ports.print(`     ${line}`);
      }
      printRemainder(steps, { failed: index, print: ports.print });
      return false;
    }
  }
  ports.print(describeResult(project.ref));
  return true;
}

interface Place {
  index: number;
  print: DeploymentPorts["print"];
}

function printStep(step: DeploymentStep, { index, print }: Place): void {
  const { title, details } = describeStep(step);
  print(`\n  ${index + 1}. ${title}`);
  for (const detail of details) print(`     - ${detail}`);
}

function printRemainder(
  steps: DeploymentStep[],
  { failed, print }: { failed: number; print: DeploymentPorts["print"] },
): void {
  const list = (some: DeploymentStep[]) => some.map(({ kind }) => kind).join(", ") || "nothing";
  print(`\nDone: ${list(steps.slice(0, failed))}.`);
  print(`Failed: ${list(steps.slice(failed, failed + 1))}. Not done: ${list(steps.slice(failed + 1))}.`);
  print("Running it again is safe: what is done is recognised and the rest follows.");
}

function secretsOf(step: DeploymentStep): string[] {
  if (step.kind === "vault") {
    return step.values.filter(({ name }) => name !== "functions_url").map(({ value }) => value);
  }
  if (step.kind === "secrets") return Object.values(step.values);
  return [];
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function indent(text: string): string {
  return text.split("\n").map((line) => `       ${line}`).join("\n");
}
