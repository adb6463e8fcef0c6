/** Deno's `node:http` throws where nobody can catch it when a killed worker takes its connection along; the stack lives on. */

export function tolerateBrokenPipes(onBroken: () => void): () => void {
  const listen = (event: PromiseRejectionEvent) => {
    if (!(event.reason instanceof Deno.errors.BadResource)) return;
    event.preventDefault();
    onBroken();
  };
  addEventListener("unhandledrejection", listen);
  return () => removeEventListener("unhandledrejection", listen);
}
