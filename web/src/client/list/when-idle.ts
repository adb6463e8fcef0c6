/** Waits until a list is not being read, or never will be again. */
import type { ConnectionState } from "../session-state.ts";

export interface Reading {
  readonly state: { readonly isLoading: boolean; readonly connection: Pick<ConnectionState, "status"> };
  subscribe(listener: () => void): () => void;
}

export function whenIdle(list: Reading): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      const { isLoading, connection } = list.state;
      if (isLoading && connection.status !== "stopped") return;
      forget();
      resolve();
    };
    const forget = list.subscribe(look);
    look();
  });
}
