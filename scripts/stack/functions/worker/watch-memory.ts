/** Watches how much of its memory limit the function uses. */

const CHECK_INTERVAL_MS = 250;
const NEAR_SHARE = 0.9;

/** Counts the heap and what hangs on it; the process around them is not the function's. */
export function watchMemory(
  memoryMb: number,
  onLimit: (limit: "near" | "reached", usedMb: number) => void,
): void {
  const reported = new Set<string>();

  function check(): void {
    const { heapUsed, external } = Deno.memoryUsage();
    const usedMb = Math.round((heapUsed + external) / 1024 / 1024);
    if (usedMb >= memoryMb * NEAR_SHARE) report("near", usedMb);
    if (usedMb >= memoryMb) report("reached", usedMb);
  }

  function report(limit: "near" | "reached", usedMb: number): void {
    if (reported.has(limit)) return;
    reported.add(limit);
    onLimit(limit, usedMb);
  }

  setInterval(check, CHECK_INTERVAL_MS);
}
