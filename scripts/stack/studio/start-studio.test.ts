/** Studio serves its page and files to this machine, under its own names only. */

import { assertEquals } from "@std/assert";
import { startStudio } from "./start-studio.ts";

async function ask(port: number, head: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(`${head}\r\nConnection: close\r\n\r\n`));
  const answer = await new Response(connection.readable).text();
  return answer.slice(0, answer.indexOf("\r\n"));
}

Deno.test("startStudio() answers loopback names and refuses others and files outside its folder", async () => {
  const studio = startStudio({ port: 0, fetchStudio: () => Promise.resolve(new Response("page")) });

  const statuses = await Promise.all([
    ask(studio.port, `GET / HTTP/1.1\r\nHost: localhost:${studio.port}`),
    ask(studio.port, `GET /_system/info HTTP/1.1\r\nHost: evil.example:${studio.port}`),
    ask(studio.port, "GET /static/favicon.ico HTTP/1.1\r\nHost: 127.0.0.1"),
    ask(studio.port, "GET /static/..%2f..%2fpackage.json HTTP/1.1\r\nHost: 127.0.0.1"),
  ]);
  await studio.stop();

  assertEquals(statuses, [
    "HTTP/1.1 200 OK",
    "HTTP/1.1 403 Forbidden",
    "HTTP/1.1 200 OK",
    "HTTP/1.1 404 Not Found",
  ]);
});

Deno.test("startStudio() answers no page but its own, and nothing of it may be cached", async () => {
  const fetchStudio = () =>
    Promise.resolve(new Response("rows", { headers: { "access-control-allow-origin": "*" } }));
  const studio = startStudio({ port: 0, fetchStudio });
  const ask = (site: string) =>
    fetch(`http://127.0.0.1:${studio.port}/rest/v1/sessions`, { headers: { "sec-fetch-site": site } });

  for (const site of ["cross-site", "same-site"]) {
    const refused = await ask(site);
    await refused.body?.cancel();
    assertEquals(refused.status, 403);
  }
  const link = { "sec-fetch-site": "same-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const linked = await fetch(`http://127.0.0.1:${studio.port}/`, { headers: link });
  await linked.body?.cancel();
  assertEquals(linked.status, 200);
  const own = await ask("same-origin");
  assertEquals(await own.text(), "rows");
  assertEquals(own.headers.get("access-control-allow-origin"), null);
  assertEquals(own.headers.get("cache-control"), "no-store");
  await studio.stop();
});
