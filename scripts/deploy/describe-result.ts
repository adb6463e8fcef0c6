/** What to look at, and to do by hand, once everything is deployed. */

export function describeResult(projectRef: string): string {
  const dashboard = `https://supabase.com/dashboard/project/${projectRef}`;
  return `
Deployed to ${projectRef}.

Look at it:
  tables            ${dashboard}/editor
  migrations        ${dashboard}/database/migrations
  Vault             ${dashboard}/integrations/vault/secrets
  cron jobs         ${dashboard}/integrations/cron/jobs (parley-sweep runs every 5 seconds)
  functions         ${dashboard}/functions
  function secrets  ${dashboard}/functions/secrets

Left to you, for this script changes no settings of the project:
  Authentication, URL Configuration: the address of your page
  Authentication, Sign In / Providers: who may sign up, and whether by a confirmed e-mail address
  An account to try it with: Authentication, Users, Add user (the demo account is a local one)

Try it, with the publishable key from ${dashboard}/settings/api-keys:
  SUPABASE_URL=https://${projectRef}.supabase.co SUPABASE_PUBLISHABLE_KEY=sb_publishable_... \\
    PARLEY_EMAIL=... PARLEY_PASSWORD=... npm run chat
  VITE_SUPABASE_URL=https://${projectRef}.supabase.co VITE_SUPABASE_PUBLISHABLE_KEY=sb_publishable_... \\
    npm run build        # then put web/dist on any static host

Not checked: a whole session with its summary, whether the model provider accepts your key, and the limits of your
plan (a worker lives 150 s on the free plan, 400 s on a paid one).`;
}
