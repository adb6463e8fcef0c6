/** Names a process so that a later one with the same number is not taken for it. */

/** A word that is the same for the whole life of process `pid`, or undefined when it is gone. */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (Deno.build.os === "linux") {
    try {
      const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
      // The program name may hold spaces, so count from its closing parenthesis: state is field 3, start time 22.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" ? undefined : `${pid}@${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  if (Deno.build.os === "windows") return `${pid}`;
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "lstart=", "-p", String(pid)] }).output();
  const startedAt = new TextDecoder().decode(stdout).trim();
  return startedAt ? `${pid}@${startedAt}` : undefined;
}
