/** Decides between signing in and the workspace. */
import { lazy, Suspense } from "react";
import { SignInPage } from "./auth/sign-in-page.tsx";
import { useAuth } from "./auth/use-auth.ts";
import { database } from "./database.ts";
import { MissingPartError } from "./missing-part-error.ts";
import { useInvitation } from "./share/use-invitation.ts";
import { useOwnInvitation } from "./share/use-own-invitation.ts";

/** Loaded once somebody is signed in, so that the first page is there at once. */
const Workspace = lazy(async () => ({ default: (await loadWorkspace()).Workspace }));

export function App() {
  if (!database) {
    return (
      <main className="notice-page">
        <h1>Parley is not connected</h1>
        <p>
          This page was started without <code>VITE_SUPABASE_URL</code> and{" "}
          <code>VITE_SUPABASE_PUBLISHABLE_KEY</code>. Run <code>npm start</code>, which sets both.
        </p>
      </main>
    );
  }
  return <SignedInOrNot database={database} />;
}

function SignedInOrNot({ database: connected }: { database: NonNullable<typeof database> }) {
  const auth = useAuth(connected);
  const userId = auth.status === "signed-in" ? auth.userId : null;
  const invitation = useOwnInvitation(useInvitation(), userId);
  if (auth.status === "loading") return <Splash />;
  if (auth.status === "signed-out") {
    return <SignInPage database={connected} isInvited={invitation !== null} />;
  }
  return (
    <Suspense fallback={<Splash />}>
      <Workspace
        key={auth.userId}
        database={connected}
        userId={auth.userId}
        email={auth.email}
        invitation={invitation}
      />
    </Suspense>
  );
}

async function loadWorkspace() {
  try {
    return await import("./workspace.tsx");
  } catch (cause) {
    throw new MissingPartError("Cannot load the workspace: reload the page", { cause });
  }
}

function Splash() {
  return <div role="status" aria-label="Loading" />;
}
