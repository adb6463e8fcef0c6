/** Reads the payload of `phx_join`, as forgiving as the platform: what cannot be read counts as not given. */

import { isRecord } from "../wire/decode-frame.ts";

export interface ChannelConfig {
  readonly isPrivate: boolean;
  /** Whether the sender receives its own broadcasts. */
  readonly self: boolean;
  /** Whether a broadcast is answered. */
  readonly ack: boolean;
  readonly wantsReplicationReady: boolean;
  readonly replay?: { readonly since: unknown; readonly limit: unknown };
  readonly presence: { readonly isEnabled: boolean; readonly key: string };
  readonly postgresChanges: readonly Record<string, unknown>[];
}

export interface JoinRequest {
  readonly config: ChannelConfig;
  readonly accessToken?: string;
}

export function readJoin(payload: unknown): JoinRequest {
  const join = toRecord(payload);
  const config = toRecord(join.config);
  const broadcast = toRecord(config.broadcast);
  const presence = toRecord(config.presence);
  const token = join.user_token ?? join.access_token;
  const { replay } = broadcast;
  return {
    ...(typeof token === "string" ? { accessToken: token } : {}),
    config: {
      isPrivate: isTrue(config.private),
      self: isTrue(broadcast.self),
      ack: isTrue(broadcast.ack),
      wantsReplicationReady: isTrue(broadcast.replication_ready),
      ...(isRecord(replay) ? { replay: { since: replay.since, limit: replay.limit ?? 25 } } : {}),
      presence: {
        isEnabled: isTrue(presence.enabled),
        key: toKey(presence.key),
      },
      postgresChanges: Array.isArray(config.postgres_changes) ? config.postgres_changes.filter(isRecord) : [],
    },
  };
}

function toRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

function toKey(key: unknown): string {
  return key === undefined || key === null || key === "" ? crypto.randomUUID() : String(key);
}
