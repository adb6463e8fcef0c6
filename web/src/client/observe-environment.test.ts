import { assertEquals } from "@std/assert";
import { observeEnvironment } from "./observe-environment.ts";
import type { EnvironmentSignal } from "./ports.ts";

Deno.test("observeEnvironment() tells of the network and of a tab that goes on, until it is stopped", () => {
  const page = Object.assign(new EventTarget(), { visibilityState: "hidden" });
  Object.defineProperty(globalThis, "document", { value: page, configurable: true });
  try {
    const heard: EnvironmentSignal[] = [];
    const stop = observeEnvironment((signal) => heard.push(signal));

    dispatchEvent(new Event("offline"));
    dispatchEvent(new Event("online"));
    page.dispatchEvent(new Event("visibilitychange"));
    assertEquals(heard, ["offline", "online"]);
    page.dispatchEvent(new Event("resume"));
    page.visibilityState = "visible";
    page.dispatchEvent(new Event("visibilitychange"));
    assertEquals(heard.slice(2), ["woke", "woke"]);

    stop();
    dispatchEvent(new Event("online"));
    page.dispatchEvent(new Event("resume"));
    assertEquals(heard.length, 4);
  } finally {
    Reflect.deleteProperty(globalThis, "document");
  }
});
