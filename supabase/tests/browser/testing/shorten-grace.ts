/** Lets an abandoned session end soon: the 30 s of a person are long for a test. */
import postgres from "postgres";
import type { Stack } from "../../../../scripts/stack/stack.ts";

const GRACE_MS = 500;

export async function shortenGrace({ adminDbUrl }: Stack): Promise<void> {
  const sql = postgres(adminDbUrl, { max: 1 });
  try {
    await sql`update private.settings set value = ${GRACE_MS} where name = 'grace_ms'`;
  } finally {
    await sql.end();
  }
}
