/** Catches the requests of pg_net before they are sent, in `private.test_requests`. */
import type { TestDatabase } from "./open-test-database.ts";

export async function holdRequests({ sql }: TestDatabase): Promise<void> {
  await sql`create table if not exists private.test_requests (url text, headers jsonb, body text)`;
  await sql`truncate private.test_requests`;
  await sql.unsafe(`
    grant all on private.test_requests to postgres;
    create or replace function private.hold_request() returns trigger language plpgsql security definer as $$
    begin
      insert into private.test_requests values (new.url, new.headers, convert_from(new.body, 'utf8'));
      return null;
    end $$;
    create or replace trigger hold_requests before insert on net.http_request_queue
      for each row execute function private.hold_request();
  `);
}
