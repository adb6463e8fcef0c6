/** The SDK's client, kept to single attempts and to silence: retries and logs are ours. */
import { OpenAI } from "openai";

export interface OpenAIClientOptions {
  apiKey: string;
  baseUrl?: string;
  organization?: string;
  project?: string;
  fetch?: typeof fetch;
}

export function createOpenAIClient(
  { apiKey, baseUrl, organization, project, fetch }: OpenAIClientOptions,
): OpenAI {
  return new OpenAI({
    apiKey,
    baseURL: baseUrl,
    organization: organization ?? null,
    project: project ?? null,
    fetch,
    maxRetries: 0,
    // At its debug level the SDK logs what users write.
    logLevel: "off",
  });
}
