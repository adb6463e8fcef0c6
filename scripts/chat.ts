/** `npm run chat`: a session in the terminal. */
import { runChat } from "./chat/run-chat.ts";

Deno.exit(await runChat(Deno.args));
