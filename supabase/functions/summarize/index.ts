/** The summarize function: wires the parts together and serves the database's requests. No logic lives here. */
import { createClient } from "@supabase/supabase-js";
import { serveKick } from "../_shared/auth/serve-kick.ts";
import { createLanguageModel } from "../_shared/model/create-language-model.ts";
import { waitUntil } from "../_shared/runtime/edge-runtime.ts";
import { readSupabaseEnvironment } from "../_shared/runtime/environment.ts";
import { createSupabaseSummaryStore } from "../_shared/store/supabase-summary-store.ts";
import { summarizeSession } from "../_shared/summary/summarize-session.ts";

/** Half the time the claim on a job lasts. */
const MODEL_TIMEOUT_MS = 60_000;

const readVariable = (name: string) => Deno.env.get(name);
const { url, secretKey } = readSupabaseEnvironment(readVariable);
const admin = createClient(url, secretKey, { auth: { persistSession: false, autoRefreshToken: false } });
const ports = {
  store: createSupabaseSummaryStore(admin),
  model: createLanguageModel(readVariable),
  createDeadline: () => AbortSignal.timeout(MODEL_TIMEOUT_MS),
};

Deno.serve((request) =>
  serveKick(request, {
    event: "summary",
    secret: { variable: "SUMMARIZE_SECRET", value: readVariable("SUMMARIZE_SECRET") },
    work: (sessionId) => summarizeSession(sessionId, ports),
    waitUntil,
    log: (event, facts) => console.log(JSON.stringify({ event, ...facts })),
  })
);
