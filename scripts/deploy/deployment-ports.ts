/** What a deployment needs of the world. */
import type { RunCli } from "./supabase-cli.ts";

export interface FunctionRequest {
  method: string;
  headers: Record<string, string>;
  body: string;
}

export interface DeploymentPorts {
  run: RunCli;
  /** Lends a file that only its owner can read, and removes it afterwards. */
  withSecretFile<Value>(text: string, use: (path: string) => Promise<Value>): Promise<Value>;
  fetch(url: string, request?: FunctionRequest): Promise<Response>;
  pause(milliseconds: number): Promise<void>;
  createSecret(): string;
  createId(): string;
  print(line: string): void;
}
