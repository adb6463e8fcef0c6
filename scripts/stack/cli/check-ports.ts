/** Says which port is taken and how to choose another, before anything is started. */

import { isPortFree } from "../ports/free-port.ts";
import { UsageError } from "./command-line.ts";

const PURPOSES = { api: "the API", db: "the database", studio: "Studio", web: "the page" } as const;

export function checkPorts(ports: Partial<Record<keyof typeof PURPOSES, number>>): void {
  const busy = Object.entries(ports).filter(([, port]) => port !== 0 && !isPortFree(port));
  if (busy.length === 0) return;
  throw new UsageError(
    busy.map(([name, port]) =>
      `Port ${port} for ${PURPOSES[name as keyof typeof PURPOSES]} is in use: choose another with ` +
      `npm start -- --${name}-port <number>`
    ).join("\n"),
  );
}
