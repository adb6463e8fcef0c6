/** The command line of a living process, or undefined when there is no such process. */

export async function commandLineOf(pid: number): Promise<string | undefined> {
  if (Deno.build.os === "linux") {
    try {
      return (await Deno.readTextFile(`/proc/${pid}/cmdline`)).replaceAll("\0", " ").trim() || undefined;
    } catch {
      return undefined;
    }
  }
  const [program, args] = Deno.build.os === "windows"
    ? ["tasklist", ["/FI", `PID eq ${pid}`, "/NH"]]
    : ["ps", ["-o", "args=", "-p", String(pid)]];
  const { stdout } = await new Deno.Command(program as string, { args: args as string[], stderr: "null" })
    .output();
  const text = new TextDecoder().decode(stdout).trim();
  return text.includes("No tasks") ? undefined : text || undefined;
}
