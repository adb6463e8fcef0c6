/** The operating-system account that may run Postgres, which refuses to run as root. */

export interface ServerAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const PREFERRED_ACCOUNTS = ["postgres", "nobody"];

/** The account to switch to, or undefined when this process is not root and runs Postgres itself. */
export function findServerAccount(): ServerAccount | undefined {
  if (Deno.build.os === "windows" || Deno.uid() !== 0) return undefined;
  const accounts = parsePasswd(Deno.readTextFileSync("/etc/passwd"));
  for (const name of PREFERRED_ACCOUNTS) {
    const account = accounts.find((candidate) => candidate.name === name && candidate.uid > 0);
    if (account) return account;
  }
  throw new Error(
    'Postgres cannot run as root and there is no account "postgres" or "nobody": start as a normal user',
  );
}

/** The accounts of a passwd file; initdb fails for a uid that has no entry in it. */
export function parsePasswd(text: string): ServerAccount[] {
  return text.split("\n").map((line) => line.split(":")).filter((fields) => fields.length >= 4).map(
    ([name, , uid, gid]) => ({ name: name!, uid: Number(uid), gid: Number(gid) }),
  );
}
