/** What a person does on the page, for every test of it. */
import type { Page } from "playwright-core";
import type { PageTarget } from "./open-page-target.ts";

const PATIENCE_MS = 20_000;
const PASSWORD = "correct horse battery";

/** In a browser of its own: another person, or the same one elsewhere. */
export async function openPage(
  { browser, pageUrl }: PageTarget,
  { url = pageUrl, prepare }: { url?: string; prepare?(page: Page): Promise<unknown> } = {},
): Promise<Page> {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await prepare?.(page);
  await page.goto(url);
  return page;
}

export async function signInAsDemo(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Continue with the demo account" }).click();
  await page.getByRole("navigation", { name: "Sessions" }).waitFor({ state: "attached" });
}

/** As somebody new. */
export async function signUp(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Create an account" }).click();
  await page.getByLabel("Email").fill(`${crypto.randomUUID()}@example.com`);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("navigation", { name: "Sessions" }).waitFor({ state: "attached" });
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message").fill(text);
  await page.keyboard.press("Enter");
}

export async function answerFinished(page: Page, count: number): Promise<void> {
  await page.locator(`.message-assistant >> nth=${count - 1}`).locator(".answer-facts").waitFor();
}

/** How far a phone would have to be scrolled sideways. */
export async function sidewaysOnPhone(page: Page): Promise<number> {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 780 });
  const excess = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  if (size) await page.setViewportSize(size);
  return excess;
}

/** Creates an invitation to the open session, and leaves the dialog. */
export async function createInvitation(page: Page, label: string): Promise<string> {
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog", { name: "Share this session" });
  await dialog.getByRole("textbox").fill(label);
  await dialog.getByRole("button", { name: "Create a link" }).click();
  const link = await dialog.getByLabel("Invitation link", { exact: true }).inputValue();
  await dialog.getByRole("button", { name: "Close" }).click();
  return link;
}

/** How many different lengths the text of an answer has while it is being written. */
export async function countLengths(page: Page, index: number): Promise<number> {
  const lengths = new Set<number>();
  const answer = page.locator(".message-assistant").nth(index);
  const text = answer.locator(".markdown").first();
  await text.waitFor();
  while (await answer.getAttribute("aria-busy") === "true") {
    lengths.add((await text.textContent() ?? "").length);
    await page.waitForTimeout(20);
  }
  return lengths.size;
}
