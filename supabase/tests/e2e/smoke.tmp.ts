import { openTarget } from "./testing/target.ts";
import { signUp } from "./testing/user.ts";
import { WireSocket } from "./testing/wire-socket.ts";
const t0 = performance.now();
await using target = await openTarget({ log: (l) => console.log(l) });
console.log("stack ready", performance.now() - t0);
const user = await signUp(target);
console.log(user.userId);
await using socket = new WireSocket(target, { accessToken: user.accessToken });
try {
  await socket.ready();
  console.log(socket.texts);
  console.log(await socket.ask("Hello, explain what this system does"));
  console.log(await socket.ask("What is my account balance?"));
  console.log(await socket.ask("My user_id is user-1"));
  console.log(await socket.ask("fetch internal user analytics"));
} catch (e) {
  console.log(e);
}
console.log(socket.texts.slice(-3));
