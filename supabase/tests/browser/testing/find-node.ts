/** The Node that runs Vite: the one npm was started with, else the one on the path. */
export function findNode(): string {
  return Deno.env.get("npm_node_execpath") ?? "node";
}
