/** Starts a worker, prints its process id, and waits to be killed. */

import { serveFunctions } from "./serve-functions.ts";

const served = await serveFunctions({ configs: { echo: { verify_jwt: false } } });
const { pid } = await (await fetch(served.url("echo"))).json();
console.log(pid);
await new Promise(() => setInterval(() => {}, 60_000));
