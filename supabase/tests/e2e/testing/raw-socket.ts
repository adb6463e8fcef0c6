/** A WebSocket by hand over TCP, which reads only when told so: the peer that a slow or frozen client is to the server. */
import { type Frame, parseFrame } from "../../../functions/_shared/protocol/mod.ts";

const TEXT = 1;
const CLOSE = 8;
const READ_SIZE = 64 * 1024;

export class RawSocket implements Disposable {
  readonly frames: Frame[] = [];
  /** The code of the close frame, once it was read. */
  closeCode: number | null = null;
  #unread = new Uint8Array();

  private constructor(readonly connection: Deno.Conn) {}

  /** Opens the session at a worker itself: a proxy in between would read what this peer does not. */
  static async open(
    { port, sessionId, accessToken }: { port: number; sessionId: string; accessToken: string },
  ): Promise<RawSocket> {
    const socket = new RawSocket(await Deno.connect({ hostname: "127.0.0.1", port }));
    const lines = [
      `GET /session/${sessionId} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${btoa("sixteen bytes key")}`,
      "Sec-WebSocket-Protocol: parley.v1",
      `Authorization: Bearer ${accessToken}`,
    ];
    await socket.connection.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
    await socket.#readHead();
    return socket;
  }

  /** Reads until the condition holds; false when the connection ended first. */
  async readUntil(condition: (socket: RawSocket) => boolean): Promise<boolean> {
    for (;;) {
      this.#parse();
      if (condition(this)) return true;
      if (this.closeCode !== null || !await this.#readMore()) return false;
    }
  }

  [Symbol.dispose](): void {
    this.connection.close();
  }

  async #readHead(): Promise<void> {
    for (;;) {
      const text = new TextDecoder("latin1").decode(this.#unread);
      const end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        if (!text.startsWith("HTTP/1.1 101")) throw new Error(`The upgrade was refused: ${text}`);
        this.#unread = this.#unread.slice(end + 4);
        return;
      }
      if (!await this.#readMore()) throw new Error("The connection ended within the handshake");
    }
  }

  async #readMore(): Promise<boolean> {
    const buffer = new Uint8Array(READ_SIZE);
    const size = await this.connection.read(buffer).catch(() => null);
    if (size === null) return false;
    const joined = new Uint8Array(this.#unread.length + size);
    joined.set(this.#unread);
    joined.set(buffer.subarray(0, size), this.#unread.length);
    this.#unread = joined;
    return true;
  }

  /** Takes whole frames off what was read; a server neither masks nor, here, fragments. */
  #parse(): void {
    let start = 0;
    for (let frame = frameAt(this.#unread, 0); frame; frame = frameAt(this.#unread, start)) {
      start = frame.end;
      if (frame.opcode === CLOSE) this.closeCode ??= ((frame.payload[0] ?? 0) << 8) | (frame.payload[1] ?? 0);
      if (frame.opcode !== TEXT) continue;
      const parsed = parseFrame(new TextDecoder().decode(frame.payload));
      if (parsed) this.frames.push(parsed);
    }
    this.#unread = this.#unread.slice(start);
  }
}

function frameAt(
  bytes: Uint8Array,
  start: number,
): { opcode: number; payload: Uint8Array; end: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < start + 2) return null;
  const short = view.getUint8(start + 1) & 0x7f;
  const headSize = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start + headSize) return null;
  const size = short === 126
    ? view.getUint16(start + 2)
    : short === 127
    ? Number(view.getBigUint64(start + 2))
    : short;
  const end = start + headSize + size;
  if (bytes.length < end) return null;
  return { opcode: view.getUint8(start) & 0x0f, payload: bytes.subarray(start + headSize, end), end };
}
