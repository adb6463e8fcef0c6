/** Says what it was asked, streams, hangs and crashes on request. */

import { GREETING } from "../_shared/greeting.ts";

declare const EdgeRuntime: { waitUntil<T>(promise: Promise<T>): Promise<T> };

let served = 0;

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname.endsWith("/crash")) {
    setTimeout(() => {
      throw new Error("Crashed as asked");
    });
    await new Promise(() => {});
  }
  if (url.pathname.endsWith("/stubborn")) {
    EdgeRuntime.waitUntil(new Promise(() => {}));
    return new Response("never done");
  }
  if (url.pathname.endsWith("/never")) await new Promise(() => {});
  if (url.pathname.endsWith("/stream")) return streamThenWait(request.url.includes("crash"));
  served += 1;
  return Response.json({
    greeting: GREETING,
    url: request.url,
    method: request.method,
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
    env: Deno.env.toObject(),
    pid: Deno.pid,
    served,
  }, { status: 201, headers: { "x-answer": "yes" } });
}

function streamThenWait(isCrashing: boolean): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(encoder.encode("first,"));
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (isCrashing) Deno.exit(7);
      controller.enqueue(encoder.encode("second"));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/plain" } });
}

Deno.serve(answer);
