/** As much of the platform's management interface as the command line tool asks of it during a deployment. */

export interface PlatformCopy extends AsyncDisposable {
  /** What the tool reads to know the platform's addresses. */
  profile: string;
  secrets: Map<string, string>;
  deployed: { slug: string; verifyJwt: boolean; files: string[] }[];
}

export function startPlatformCopy(projectRef: string): PlatformCopy {
  const secrets = new Map<string, string>();
  const deployed: PlatformCopy["deployed"] = [];
  const project = `/v1/projects/${projectRef}`;

  async function answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const slug = searchParams.get("slug") ?? "";
    switch (`${request.method} ${pathname}`) {
      case `GET ${project}`:
        return Response.json(describeProject(projectRef));
      case `GET ${project}/secrets`:
        return Response.json([...secrets.keys()].map((name) => ({ name, value: "0".repeat(64) })));
      case `POST ${project}/secrets`:
        for (const { name, value } of await request.json()) secrets.set(name, value);
        return new Response(null, { status: 201 });
      case `GET ${project}/functions`:
        return Response.json([]);
      case `POST ${project}/functions/deploy`: {
        const form = await request.formData();
        const metadata = JSON.parse(await textOf(form.get("metadata")));
        const files = form.getAll("file").flatMap((file) => file instanceof File ? file.name : []);
        deployed.push({ slug, verifyJwt: metadata.verify_jwt, files });
        return Response.json(describeFunction(slug), { status: 201 });
      }
      case `PUT ${project}/functions`:
        return Response.json({ functions: [] });
      default:
        return Response.json({ message: "Not found" }, { status: 404 });
    }
  }

  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    profile: `name: copy\napi_url: ${url}\ndashboard_url: ${url}\nproject_host: supabase.co\n`,
    secrets,
    deployed,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function textOf(part: FormDataEntryValue | null): Promise<string> | string {
  return part instanceof File ? part.text() : part ?? "{}";
}

function describeProject(ref: string) {
  return {
    ...{ id: ref, ref, name: "copy", region: "eu-west-1", organization_id: "o", organization_slug: "o" },
    ...{ status: "ACTIVE_HEALTHY", created_at: "2026-01-01T00:00:00Z" },
    database: {
      ...{ host: `db.${ref}.supabase.co`, version: "17.4", postgres_engine: "17" },
      release_channel: "ga",
    },
  };
}

function describeFunction(slug: string) {
  return { id: crypto.randomUUID(), slug, name: slug, status: "ACTIVE", version: 1, verify_jwt: false };
}
