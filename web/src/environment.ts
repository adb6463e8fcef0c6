/** What the page was started or built with. */

declare global {
  interface ImportMeta {
    readonly env: Readonly<Record<string, string | undefined>>;
  }
}

export const SUPABASE_URL = import.meta.env.VITE_SUPABASE_URL;
export const SUPABASE_PUBLISHABLE_KEY = import.meta.env.VITE_SUPABASE_PUBLISHABLE_KEY;
/** Absent in a deployment: the demo account is a convenience of the local stack. */
export const DEMO_EMAIL = import.meta.env.VITE_DEMO_EMAIL;
export const DEMO_PASSWORD = import.meta.env.VITE_DEMO_PASSWORD;
export const STUDIO_URL = import.meta.env.VITE_STUDIO_URL;
