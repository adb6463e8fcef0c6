/** The simulated model's account of the system it speaks through. */
export const EXPLANATION =
  `This is **Parley**, a realtime AI session backend that runs on Supabase. You are talking to it over one WebSocket, and you see each word as it is made.

**What happens with a message**

1. Your message is written to Postgres under an id of its own, so that sending it twice does no harm.
2. An edge function asks the model and streams the answer back in small pieces, each with a sequence number.
3. When the model needs facts, it calls *tools*: an account balance, an order's status, your session analytics. They run with your own sign-in, so they see only what you may see. Cancelling an order asks for your approval first.
4. If a tool lacks something, you are asked for it, and the conversation goes on from there.

**What makes it different**

- **A session outlives its connection.** Close the tab in the middle of an answer: the answer is finished without you and is there when you return.
- **Everything is on record.** Messages, tool calls and results are rows in Postgres, in one clear order.
- **Sessions end with a summary,** written in the background after you leave.

Right now you hear the *simulated* model, which follows simple rules and costs nothing. Set \`OPENAI_API_KEY\` to talk to a real one; nothing else changes.`;
