/** Two tabs of one person in real Chromium: one follows along, then both take part. */
import { assert, assertEquals } from "@std/assert";
import { openPageTarget } from "./testing/open-page-target.ts";
import { answerFinished, countLengths, openPage, say, signUp } from "./testing/page-steps.ts";

const LONG = "Hello, explain what this system does";

Deno.test({
  name: "the page: a second tab follows a session, sees who types, and takes part",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(context) {
    const step = async (name: string, run: () => Promise<void>) => {
      assert(await context.step(name, run), `Stopped after "${name}"`);
    };
    await using target = await openPageTarget();
    const one = await openPage(target);
    await signUp(one);
    const two = await one.context().newPage();

    await step("with watch=1 a tab follows without taking part", async () => {
      await say(one, "Check order status for order_id=ORD-1001");
      await answerFinished(one, 1);
      await two.goto(`${one.url()}&watch=1`);
      await two.getByText("This is your session, driven elsewhere.").waitFor();
      await one.getByText("open in 1 other tab").waitFor();
    });

    await step("it sees the other tab type, and the answer grow", async () => {
      await one.getByLabel("Message").pressSequentially(LONG, { delay: 5 });
      await two.getByText("Typing elsewhere").waitFor();
      await one.keyboard.press("Enter");
      const lengths = await countLengths(two, 1);
      assert(lengths >= 5, `saw only ${lengths} different lengths`);
      await answerFinished(one, 2);
    });

    await step("it can take part, and the first tab sees it type", async () => {
      await two.getByRole("button", { name: "Take part" }).click();
      await two.getByLabel("Message").pressSequentially("Check order status", { delay: 5 });
      await one.getByText("typing in another tab").waitFor();
      assertEquals(new URL(two.url()).searchParams.has("watch"), false);
      await two.getByLabel("Message").fill("Check order status for order_id=ORD-1002");
      await two.keyboard.press("Enter");
      await Promise.all([answerFinished(one, 3), answerFinished(two, 3)]);
      await one.getByText("open in 1 other tab").waitFor();
    });

    await step("what is being written outlives an end by the other tab", async () => {
      await two.getByLabel("Message").fill("Not sent yet");
      await one.getByRole("button", { name: "End session" }).click();
      await two.getByRole("button", { name: "Continue this session" }).click();
      assertEquals(await two.getByLabel("Message").inputValue(), "Not sent yet");
    });

    await step("the tab that ended it says that it was continued elsewhere, and can connect", async () => {
      await one.getByText("It was continued elsewhere since.").waitFor();
      await one.getByRole("button", { name: "Connect", exact: true }).click();
      await one.getByLabel("Message").waitFor();
      await one.getByText("open in 1 other tab").waitFor();
    });

    await step("a session that is not there cannot be followed", async () => {
      await two.goto(`${target.pageUrl}?session=${crypto.randomUUID()}&watch=1`);
      await two.getByRole("heading", { name: "This session cannot be opened" }).waitFor();
    });
  },
});
