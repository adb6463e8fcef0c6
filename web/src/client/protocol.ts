/** The one place where the client reaches the wire protocol; an app that copies the client changes this path only. */
export * from "../../../supabase/functions/_shared/protocol/mod.ts";
