/** The variables that choose and tune the model, checked once at start. */
import type { Pace } from "./simulated/paced-body.ts";

export interface ModelSettings {
  /** `null` without a key: the simulated model answers. */
  provider: {
    apiKey: string;
    baseUrl?: string;
    organization?: string;
    project?: string;
    /** The first is asked; the others stand in for it, in this order. */
    models: [string, ...string[]];
    /** It writes and keeps its answers by itself, so that one can be gone on with where a worker stopped reading. */
    isBackground: boolean;
    /** It goes on with an assistant message that is the last and unfinished. */
    continuesText: boolean;
  } | null;
  /** Whether the simulated model answers, and says so, when no real one can. */
  hasSimulatedFallback: boolean;
  pace: Pace;
}

const DEFAULT_MODEL = "gpt-4o-mini";
const DEFAULT_TOKENS_PER_SECOND = 40;
const DEFAULT_FIRST_TOKEN_MS = 250;

type ReadVariable = (name: string) => string | undefined;

/** An empty variable counts as unset. @throws Error naming the variable and the fix. */
export function readModelSettings(readVariable: ReadVariable): ModelSettings {
  const read = (name: string) => readVariable(name)?.trim() || undefined;
  return {
    provider: readProvider(read),
    hasSimulatedFallback: readSwitch(read, "OPENAI_SIMULATED_FALLBACK", { fallback: true }),
    pace: {
      tokensPerSecond: readNumber(read, "SIMULATED_TOKENS_PER_SECOND", DEFAULT_TOKENS_PER_SECOND),
      firstTokenMs: readNumber(read, "SIMULATED_FIRST_TOKEN_MS", DEFAULT_FIRST_TOKEN_MS),
    },
  };
}

function readProvider(read: ReadVariable): ModelSettings["provider"] {
  const apiKey = read("OPENAI_API_KEY");
  const baseUrl = readUrl(read, "OPENAI_BASE_URL");
  const wanted = read("OPENAI_MODEL") ?? DEFAULT_MODEL;
  const isBackground = readSwitch(read, "OPENAI_BACKGROUND", { fallback: false });
  const continuesText = readSwitch(read, "OPENAI_CONTINUES_TEXT", { fallback: false });
  const others = (read("OPENAI_FALLBACK_MODELS") ?? "").split(",").map((name) => name.trim());
  if (!apiKey) return null;
  if (/\s/.test(apiKey)) {
    throw new Error(
      "Cannot use OPENAI_API_KEY: it contains white space; paste the key alone, without quotation marks",
    );
  }
  const [organization, project] = [read("OPENAI_ORG_ID"), read("OPENAI_PROJECT_ID")];
  return {
    apiKey,
    ...(baseUrl ? { baseUrl } : {}),
    ...(organization ? { organization } : {}),
    ...(project ? { project } : {}),
    models: [wanted, ...new Set(others.filter((name) => name !== "" && name !== wanted))],
    isBackground,
    continuesText,
  };
}

function readUrl(read: ReadVariable, name: string): string | undefined {
  const text = read(name);
  if (text === undefined) return undefined;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new Error(`Cannot use ${name} "${text}": give a whole URL such as https://api.openai.com/v1`);
  }
  return text;
}

function readNumber(read: ReadVariable, name: string, fallback: number): number {
  const text = read(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) {
    throw new Error(`Cannot use ${name} "${text}": give a number, 0 or more`);
  }
  return value;
}

function readSwitch(read: ReadVariable, name: string, { fallback }: { fallback: boolean }): boolean {
  const text = read(name);
  if (text === undefined) return fallback;
  if (!["on", "1", "off", "0"].includes(text)) {
    throw new Error(`Cannot use ${name} "${text}": give on or off`);
  }
  return text === "on" || text === "1";
}
