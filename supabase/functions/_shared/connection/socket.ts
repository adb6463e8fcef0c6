/** The port to one WebSocket, as little of it as a connection needs. */
export interface Socket {
  readonly isOpen: boolean;
  /** Bytes accepted by `send` and not yet on the network. */
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
}
