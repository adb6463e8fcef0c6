import { assertEquals } from "@std/assert";
import { serveKick } from "./serve-kick.ts";

const SESSION_ID = "0c2f6d4e-6b1f-4f7e-9d55-0f4a5e6b7c8d";

interface Given {
  method?: string;
  secret?: string | null;
  body?: string;
  expected?: string;
}

async function serve(given: Given) {
  const { method = "POST", secret = "s3cret", body = JSON.stringify({ session_id: SESSION_ID }) } = given;
  const expected = "expected" in given ? given.expected : "s3cret";
  const asked: string[] = [];
  const logged: string[] = [];
  const waiting: Promise<unknown>[] = [];
  const request = new Request("http://functions.test/summarize", {
    method,
    headers: {
      "content-type": "application/json",
      ...(secret === null ? {} : { "x-parley-secret": secret }),
    },
    ...(method === "POST" ? { body } : {}),
  });
  const response = await serveKick(request, {
    event: "summary",
    secret: { variable: "SUMMARIZE_SECRET", value: expected },
    work: (sessionId) => {
      asked.push(sessionId);
      return Promise.resolve("stored");
    },
    waitUntil: (promise) => void waiting.push(promise),
    log: (event) => void logged.push(event),
  });
  await response.body?.cancel();
  await Promise.all(waiting);
  return { status: response.status, asked, logged, waitingCount: waiting.length };
}

Deno.test("serveKick() answers 202 and works in waitUntil", async () => {
  assertEquals(await serve({}), { status: 202, asked: [SESSION_ID], logged: ["summary"], waitingCount: 1 });
});

Deno.test("serveKick() takes only POST", async () => {
  const { status, asked } = await serve({ method: "GET" });

  assertEquals([status, asked], [405, []]);
});

Deno.test("[R10] serveKick() refuses whoever does not know the secret", async () => {
  for (const secret of [null, "", "s3cre", "s3crets", "S3CRET"]) {
    const { status, asked } = await serve({ secret });

    assertEquals([status, asked], [401, []]);
  }
});

Deno.test("serveKick() without a secret of its own lets nobody in and says what is missing", async () => {
  for (const expected of [undefined, ""]) {
    const { status, asked, logged } = await serve({ expected, secret: "" });

    assertEquals([status, asked, logged], [503, [], ["summary_not_configured"]]);
  }
});

Deno.test("serveKick() refuses a body that is not a session id", async () => {
  const bodies = ["", "{", "[]", "{}", '{"session_id":"1"}', `{"session_id":"${SESSION_ID}","more":1}`];
  for (const body of bodies) {
    const { status, asked } = await serve({ body });

    assertEquals([status, asked], [400, []]);
  }
});
