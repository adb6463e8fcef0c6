/** Fills its memory, inside the heap or beside it. */

const hoard: unknown[] = [];

addEventListener("beforeunload", (event) => console.log(`warned ${(event as CustomEvent<string>).detail}`));

Deno.serve(async (request) => {
  const isExternal = new URL(request.url).searchParams.has("external");
  for (;;) {
    for (let i = 0; i < 20; i++) {
      hoard.push(
        isExternal ? new Uint8Array(1024 * 1024).fill(1) : new Array(64 * 1024).fill(0).map(() => ({})),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});
