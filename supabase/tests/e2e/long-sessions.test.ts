/** Long answers and long transcripts: whole, however often the reader is interrupted, and past every row cap. */
import { assertEquals, assertGreater } from "@std/assert";
import { createClient } from "@supabase/supabase-js";
import { textOf } from "../../functions/_shared/protocol/mod.ts";
import { createMessageEvent } from "./testing/message-event.ts";
import { openSession } from "../../../web/src/client/mod.ts";
import { eventually } from "./testing/eventually.ts";
import { createSuite } from "./testing/suite.ts";
import { signUp } from "./testing/user.ts";
import { WireSocket } from "./testing/wire-socket.ts";

const LAST_NUMBER = 5_000;
const DROP_EVERY_MS = 350;

const suite = createSuite({
  embeddedOnly: true,
  functions: { env: { SIMULATED_TOKENS_PER_SECOND: "2500", SIMULATED_FIRST_TOKEN_MS: "0" } },
});

/** Sockets that can be torn away from their client. */
function fragileWebSockets() {
  const open = new Set<WebSocket>();
  class FragileWebSocket extends WebSocket {
    constructor(url: string, subprotocols: string[]) {
      super(url, subprotocols);
      open.add(this);
      this.addEventListener("close", () => open.delete(this));
    }
  }
  return { WebSocket: FragileWebSocket, dropAll: () => open.forEach((socket) => socket.close()) };
}

suite.test("[R3] an answer of some 10,000 tokens, interrupted again and again, comes out whole", async (target) => {
  const user = await signUp(target);
  const { WebSocket, dropAll } = fragileWebSockets();
  const session = openSession({
    ...{ url: `${target.apiUrl}/functions/v1/session`, sessionId: crypto.randomUUID(), WebSocket },
    getAccessToken: () => Promise.resolve(user.accessToken),
  });
  let drops = 0;
  const dropping = setInterval(() => {
    drops++;
    dropAll();
  }, DROP_EVERY_MS);

  session.send(`count to ${LAST_NUMBER}`);
  const answer = await eventually(
    () => {
      const last = session.state.messages.at(-1);
      return Promise.resolve(last?.metadata?.status === "completed" && last);
    },
    "the end of the answer",
    { patienceMs: 60_000 },
  ).finally(() => clearInterval(dropping));
  session.close();

  assertGreater(drops, 5);
  assertEquals(textOf(answer), Array.from({ length: LAST_NUMBER }, (_, index) => index + 1).join(" "));
});

suite.test("[K8] a transcript longer than the row cap of the Data API comes back whole", async (target) => {
  const MESSAGES = 2_345;
  const user = await signUp(target);
  const sessionId = crypto.randomUUID();
  const admin = createClient(target.apiUrl, target.secretKey, { auth: { persistSession: false } });
  const call = async (name: string, parameters: Record<string, unknown>) => {
    const { data, error } = await admin.rpc(name, parameters);
    if (error) throw error;
    return data;
  };
  await call("open_session", {
    ...{ p_session_id: sessionId, p_user_id: user.userId },
    ...{ p_worker_id: "import", p_connection_id: "import" },
  });
  const events = Array.from({ length: MESSAGES }, (_, index) => createMessageEvent(index + 1));
  const [outcome] = await call("append_events", {
    p_worker_id: "import",
    p_batches: [{
      ...{ sessionId, epoch: 1, batchId: crypto.randomUUID(), seqFrom: 1, lastSeq: MESSAGES },
      ...{ events, chunkRuns: [], turns: [], acks: [], release: true },
    }],
  });
  assertEquals(outcome.outcome, "ok");

  await using socket = await new WireSocket(target, { ...user, sessionId }).ready();
  await socket.until(() => socket.texts.length > MESSAGES, "every message", 30_000);

  assertEquals(socket.framesOf("message").map(({ seq }) => seq), events.map(({ seq }) => seq));
});

suite.close();
