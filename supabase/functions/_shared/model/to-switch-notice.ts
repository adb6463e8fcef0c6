/** Tells a user that another model answers, and why, in one plain sentence. */
import type { ErrorCode, Notice } from "../protocol/mod.ts";
import type { ModelCandidate } from "./model-candidate.ts";

export function toSwitchNotice(
  code: ErrorCode,
  { wanted, candidate }: { wanted: ModelCandidate; candidate: ModelCandidate },
): Notice {
  const consequence = candidate.isSimulated
    ? "this answer is simulated"
    : `${candidate.name} answers instead`;
  return {
    code: candidate.isSimulated ? "model_simulated" : "model_switched",
    message: `${toReason(code, wanted)}, so ${consequence}.`,
    model: candidate.name,
  };
}

function toReason(code: ErrorCode, { name, isSimulated }: ModelCandidate): string {
  const model = isSimulated ? "simulated model" : `model ${name}`;
  switch (code) {
    case "model_quota_exceeded":
      return `The quota for the ${model} is exhausted`;
    case "model_misconfigured":
      return `The ${model} is not available to this account`;
    default:
      return `The ${model} is unavailable just now`;
  }
}
