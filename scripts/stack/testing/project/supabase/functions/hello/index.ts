/** Tells what a function sees, for the tests of the stack. */

Deno.serve((request) =>
  Response.json({
    path: new URL(request.url).pathname,
    secret: Deno.env.get("SUMMARIZE_SECRET"),
    url: Deno.env.get("SUPABASE_URL"),
  })
);
