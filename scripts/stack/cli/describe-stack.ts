/** The table that a ready start prints. */

import type { Stack } from "../stack.ts";

export function describeStack(stack: Stack, { webUrl }: { webUrl: string | undefined }): string {
  const rows: [string, string][] = [
    ["Page", webUrl ?? "not served"],
    ["Sign in as", `${stack.demo.email} / ${stack.demo.password}`],
    ["API", stack.apiUrl],
    ["Studio", stack.studioUrl],
    ["Database", stack.dbUrl],
    ["Publishable key", stack.publishableKey],
    ["Secret key", stack.secretKey],
    ["Data", stack.dataDir],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  return [
    "",
    "Parley is ready.",
    "",
    ...lines,
    "",
    "Ctrl-C stops everything; npm run -s status prints this as JSON.",
    "",
  ]
    .join("\n");
}
