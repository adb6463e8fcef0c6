/** Reads the closing line of `deno test`; zeros when there is none. */
export function parseSummary(output: string): { passed: number; failed: number } {
  const lines = [...output.matchAll(/^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed/gm)];
  const [, passed, failed] = lines.at(-1) ?? [];
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 0) };
}
