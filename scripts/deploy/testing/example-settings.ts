/** Settings with which a deployment may start. */
import type { DeploymentSettings } from "../deployment-settings.ts";

export const PROJECT_REF = "abcdefghijklmnopqrst";

export function exampleSettings(changes: Partial<DeploymentSettings> = {}): DeploymentSettings {
  return {
    projectRef: PROJECT_REF,
    accessToken: "sbp_0123456789012345678901234567890123456789",
    databasePassword: "correct-horse-battery",
    databaseUrl: undefined,
    functionVariables: {},
    localSecrets: [],
    isRotationWanted: false,
    ...changes,
  };
}
