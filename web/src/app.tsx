/** Decides between signing in and the workspace. */
import { SignInPage } from "./auth/sign-in-page.tsx";
import { useAuth } from "./auth/use-auth.ts";
import { database } from "./database.ts";
import { Workspace } from "./workspace.tsx";

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
  if (auth.status === "loading") return <div className="splash" role="status" aria-label="Loading" />;
  if (auth.status === "signed-out") return <SignInPage database={connected} />;
  return <Workspace key={auth.userId} database={connected} email={auth.email} />;
}
