/** Builds the model from the environment: a provider when there is a key, otherwise the simulated one behind the same adapter. */
import { systemClock } from "../runtime/system-clock.ts";
import type { Clock } from "../base/clock.ts";
import { createFallbackModel } from "./fallback-model.ts";
import type { LanguageModel } from "./language-model.ts";
import type { ModelCandidate } from "./model-candidate.ts";
import { type ModelSettings, readModelSettings } from "./model-settings.ts";
import { createOpenAIModel } from "./openai-model.ts";
import { createResponsesModel } from "./responses-model.ts";
import { createSimulatedFetch } from "./simulated/simulated-fetch.ts";

export interface ModelPorts {
  clock?: Clock;
  random?: () => number;
  /** Reaches the provider; the simulated model needs no network. */
  fetch?: typeof fetch;
  createId?: () => string;
}

/** @throws Error naming the variable and the fix when the configuration is wrong. */
export function createLanguageModel(
  readVariable: (name: string) => string | undefined,
  ports: ModelPorts = {},
): LanguageModel {
  const settings = readModelSettings(readVariable);
  const {
    clock = systemClock,
    random = Math.random,
    createId = () => crypto.randomUUID(),
  } = ports;

  function createSimulated({ obeysFaults }: { obeysFaults: boolean }): ModelCandidate {
    const fetch = createSimulatedFetch({ clock, pace: settings.pace, createId, obeysFaults });
    const model = createOpenAIModel({
      model: SIMULATED_MODEL,
      mode: "simulated",
      continuesText: true,
      apiKey: "simulated",
      baseUrl: "http://simulated.invalid/v1",
      fetch,
      createId,
    });
    return { name: SIMULATED_MODEL, model, isSimulated: true };
  }

  const lastResort = createSimulated({ obeysFaults: false });
  if (!settings.provider) {
    return createFallbackModel({
      candidates: [createSimulated({ obeysFaults: true }), lastResort],
      clock,
      random,
      // A failure that a message asked for is over with that message.
      policy: { quotaOpenMs: 0, unavailableOpenMs: 0 },
    });
  }
  const [wanted, ...others] = toCandidates(settings.provider, { fetch: ports.fetch, createId, clock });
  return createFallbackModel({
    candidates: [wanted, ...others, ...(settings.hasSimulatedFallback ? [lastResort] : [])],
    clock,
    random,
  });
}

const SIMULATED_MODEL = "simulated";

function toCandidates(
  { models, isBackground, ...provider }: NonNullable<ModelSettings["provider"]>,
  { clock, ...ports }: Required<Pick<ModelPorts, "clock" | "createId">> & Pick<ModelPorts, "fetch">,
): [ModelCandidate, ...ModelCandidate[]] {
  const toCandidate = (name: string): ModelCandidate => {
    const options = { model: name, mode: "openai" as const, ...provider, ...ports };
    const model = isBackground ? createResponsesModel({ ...options, clock }) : createOpenAIModel(options);
    return { name, model, isSimulated: false };
  };
  const [wanted, ...others] = models;
  return [toCandidate(wanted), ...others.map(toCandidate)];
}
