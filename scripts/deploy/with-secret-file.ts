/** Lends a file with secrets to a program that takes them from files only. */

const SIGNALS: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Only its owner can read the file, and it is gone afterwards, also after Ctrl-C. */
export async function withSecretFile<Value>(
  text: string,
  use: (path: string) => Promise<Value>,
): Promise<Value> {
  const path = await Deno.makeTempFile({ prefix: "parley-deploy-" });
  const leave = () => {
    Deno.removeSync(path);
    Deno.exit(130);
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, leave);
  try {
    await Deno.chmod(path, 0o600).catch((error) => {
      if (Deno.build.os !== "windows") throw error;
    });
    await Deno.writeTextFile(path, text);
    return await use(path);
  } finally {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, leave);
    await Deno.remove(path);
  }
}
