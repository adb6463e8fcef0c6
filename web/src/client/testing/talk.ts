/** A log to watch: something was said, and an answer is being written. */
import { FakeLog } from "./fake-log.ts";

export function talk(): FakeLog {
  const log = new FakeLog();
  log.say("Hi");
  log.begin();
  log.speak(3);
  log.flush();
  return log;
}
