/** `npm run types`: writes the types of the database that the migrations make. */
import { startStack } from "./stack/start-stack.ts";
import { generateDatabaseTypes, TYPES_FILE } from "./types/generate-database-types.ts";

await using stack = await startStack({ functions: false, seed: false, log: console.log });
await Deno.writeTextFile(TYPES_FILE, await generateDatabaseTypes(stack.dbUrl));
console.log("Wrote supabase/functions/_shared/database.types.ts");
