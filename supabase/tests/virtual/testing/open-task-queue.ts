/** Tasks of their own for what waits on promises, without the millisecond that a timer's task takes. */

export interface TaskQueue extends AsyncDisposable {
  /** Resolves in a new task, after everything that waits on promises only has come to rest. */
  settle(): Promise<void>;
}

export function openTaskQueue(): TaskQueue {
  const { port1, port2 } = new MessageChannel();
  let wake = () => {};
  port1.onmessage = () => wake();
  return {
    settle: () =>
      new Promise((resolve) => {
        wake = resolve;
        port2.postMessage(null);
      }),
    async [Symbol.asyncDispose]() {
      port1.close();
      port2.close();
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
  };
}
