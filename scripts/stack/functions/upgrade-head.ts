/** Reads the head of an HTTP request that wants to become something else. */

import type { Buffer } from "node:buffer";
import { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/** The offset behind the empty line that ends the head, or -1. */
export function findHeadEnd(bytes: Buffer): number {
  const at = bytes.indexOf("\r\n\r\n");
  return at === -1 ? -1 : at + 4;
}

export function isUpgradeHead(bytes: Buffer): boolean {
  return /\r\nupgrade:/i.test(bytes.subarray(0, findHeadEnd(bytes)).toString("latin1"));
}

/** What an `upgrade` listener gets as its request. */
export function parseUpgradeRequest(head: Buffer, socket: Socket): IncomingMessage {
  const [requestLine = "", ...lines] = head.toString("latin1").trimEnd().split("\r\n");
  const [method = "", url = "", version = ""] = requestLine.split(" ");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  const request = Object.create(IncomingMessage.prototype);
  const fields = {
    method,
    url,
    headers,
    socket,
    connection: socket,
    httpVersion: version.replace("HTTP/", ""),
  };
  for (const [name, value] of Object.entries(fields)) {
    Object.defineProperty(request, name, { value, writable: true, enumerable: true, configurable: true });
  }
  return Object.assign(request, { httpVersionMajor: 1, httpVersionMinor: 1 });
}
