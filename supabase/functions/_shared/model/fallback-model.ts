/**
 * Several models behind the port of one: moves on to the next model when one is out of quota or cannot be reached, and
 * says so before that one speaks.
 */
import type { ErrorCode, Notice } from "../protocol/mod.ts";
import type { Clock } from "../base/clock.ts";
import { type CircuitBreaker, createCircuitBreaker } from "./circuit-breaker.ts";
import { DEFAULT_FALLBACK_POLICY, type FallbackPolicy } from "./fallback-policy.ts";
import {
  type LanguageModel,
  type ModelCheckpoint,
  ModelError,
  type ModelPart,
  type ModelRequest,
} from "./language-model.ts";
import type { ModelCandidate } from "./model-candidate.ts";
import { type StartedStream, startStream } from "./start-stream.ts";
import { toLostCheckpoint } from "./to-model-error.ts";
import { toSwitchNotice } from "./to-switch-notice.ts";

export interface FallbackModelOptions {
  /** The first is the one asked for. */
  candidates: [ModelCandidate, ...ModelCandidate[]];
  clock: Clock;
  random: () => number;
  policy?: Partial<FallbackPolicy>;
}

interface Begun extends StartedStream {
  notice?: Notice;
}

export function createFallbackModel(
  { candidates, clock, random, policy }: FallbackModelOptions,
): LanguageModel {
  const options = { clock, random, policy: { ...DEFAULT_FALLBACK_POLICY, ...policy } };
  const [wanted] = candidates;
  const guarded = candidates.map((candidate) => ({
    candidate,
    breaker: createCircuitBreaker(() => clock.monotonic()),
  }));

  async function* stream(request: ModelRequest): AsyncGenerator<readonly ModelPart[]> {
    const { checkpoint } = request;
    const { notice, first, parts } = yield* checkpoint ? continueFrom(checkpoint, request) : ask(request);
    try {
      if (notice) yield [{ type: "notice", notice }];
      for (let part = first; !part.done; part = await parts.next()) yield part.value;
    } finally {
      await parts.return?.();
    }
  }

  async function* ask(request: ModelRequest): AsyncGenerator<readonly ModelPart[], Begun> {
    const failures: ModelError[] = [];
    for (const { candidate, breaker } of guarded) {
      const [first] = failures;
      const last = failures.at(-1);
      if (last && !mayReplace(candidate, last.code)) break;
      const refusal = breaker.refusal();
      if (refusal) {
        failures.push(new ModelError(refusal.code, { retryAfterMs: refusal.retryAfterMs }));
        continue;
      }
      try {
        const starting = startStream(candidate.model, request, options);
        const started = first
          ? yield* announce(starting, toSwitchNotice(first.code, { wanted, candidate }))
          : yield* starting;
        if (!(started instanceof ModelError)) {
          breaker.succeed();
          return started;
        }
        failures.push(started);
        openFor(breaker, started, options.policy);
      } finally {
        breaker.giveUp();
      }
    }
    throw failures.at(-1) ?? new ModelError("model_unavailable");
  }

  /** Whoever began the answer goes on with it, or nobody: whether to ask anew is the caller's decision. */
  async function* continueFrom(
    { model }: ModelCheckpoint,
    request: ModelRequest,
  ): AsyncGenerator<readonly ModelPart[], Begun> {
    const candidate = candidates.find(({ name }) => name === model);
    if (!candidate) throw toLostCheckpoint(new Error(`The model ${model} is not configured any more`));
    const started = yield* startStream(candidate.model, request, options);
    if (started instanceof ModelError) throw started;
    return started;
  }

  // Whoever stands in must be able to go on with what another has begun.
  const continuesText = candidates.every(({ model }) => model.continuesText);
  return { mode: wanted.model.mode, continuesText, stream };
}

/** Puts the notice before the first that a replacement gives out, even if that is no more than a checkpoint. */
async function* announce(
  starting: AsyncGenerator<readonly ModelPart[], StartedStream | ModelError>,
  notice: Notice,
): AsyncGenerator<readonly ModelPart[], Begun | ModelError> {
  let isAnnounced = false;
  try {
    let step = await starting.next();
    while (!step.done) {
      if (!isAnnounced) yield [{ type: "notice", notice }];
      isAnnounced = true;
      yield step.value;
      step = await starting.next();
    }
    const started = step.value;
    return started instanceof ModelError || isAnnounced ? started : { ...started, notice };
  } finally {
    await starting.return(STOPPED);
  }
}

const STOPPED = new ModelError("model_unavailable");

/** What one model refuses, all refuse. A wrong key must be seen, but a wrong name can have a right one next to it. */
function mayReplace(candidate: ModelCandidate, code: ErrorCode): boolean {
  switch (code) {
    case "model_quota_exceeded":
    case "model_unavailable":
      return true;
    case "model_misconfigured":
      return !candidate.isSimulated;
    default:
      return false;
  }
}

function openFor(
  breaker: CircuitBreaker,
  { code, retryAfterMs = 0 }: ModelError,
  policy: FallbackPolicy,
): void {
  if (code === "model_quota_exceeded") breaker.open(code, policy.quotaOpenMs);
  if (code === "model_unavailable" && policy.unavailableOpenMs > 0) {
    breaker.open(code, Math.max(policy.unavailableOpenMs, retryAfterMs));
  }
}
