/** Processor time and memory of another process, from the operating system. */

export interface ProcessUsage {
  cpuSeconds: number;
  rssBytes: number;
}

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;
/** Fields 14 and 15 of `stat`, counted after the name, which may hold spaces. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** `null` where the system does not tell, as on Windows. */
export async function readProcessUsage(pid: number): Promise<ProcessUsage | null> {
  if (Deno.build.os === "linux") return await readProc(pid);
  if (Deno.build.os === "darwin") return await readPs(pid);
  return null;
}

async function readProc(pid: number): Promise<ProcessUsage> {
  const [stat, status] = await Promise.all([
    Deno.readTextFile(`/proc/${pid}/stat`),
    Deno.readTextFile(`/proc/${pid}/status`),
  ]);
  return { cpuSeconds: parseStat(stat), rssBytes: parseStatus(status) };
}

export function parseStat(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND;
}

export function parseStatus(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN) * 1024;
}

async function readPs(pid: number): Promise<ProcessUsage> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "time=,rss=", "-p", String(pid)] }).output();
  return parsePs(new TextDecoder().decode(stdout));
}

/** `[days-][hours:]minutes:seconds` and kilobytes. */
export function parsePs(output: string): ProcessUsage {
  const [time = "", kilobytes = ""] = output.trim().split(/\s+/);
  const [clock = "", days = "0"] = time.split("-").reverse();
  const cpuSeconds = clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return { cpuSeconds: cpuSeconds + Number(days) * 86_400, rssBytes: Number(kilobytes) * 1024 };
}
