/** What a channel may do. Undefined: not asked yet; on a private channel only what is needed is asked. */

export type Extension = "broadcast" | "presence";

export interface Permissions {
  readonly read: Readonly<Partial<Record<Extension, boolean>>>;
  readonly write: Readonly<Partial<Record<Extension, boolean>>>;
}

export const PUBLIC_PERMISSIONS: Permissions = {
  read: { broadcast: true, presence: true },
  write: { broadcast: true, presence: true },
};

export const UNKNOWN_PERMISSIONS: Permissions = { read: {}, write: {} };
