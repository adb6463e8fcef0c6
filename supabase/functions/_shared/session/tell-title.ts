/** Tells everybody what a session is called now: its owner may have named it while a worker thought of another title. */
import { logError } from "../base/log-error.ts";
import type { Leading } from "./leading.ts";

/** Never rejects. */
export async function tellTitle(leading: Leading): Promise<void> {
  const { ports, writer } = leading;
  const { sessionId, nextSeq } = writer;
  try {
    const { title } = await ports.store.readLog({ sessionId, afterSeq: nextSeq - 1, maxBytes: 1 });
    leading.title = title;
    ports.send({ type: "session.updated", title });
  } catch (error) {
    logError("title_unknown", { error });
  }
}
