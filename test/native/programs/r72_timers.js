//: {"want":{"err":null},"inOrder":false}
import { setTimeout as sleep, setInterval as every } from "node:timers/promises"; const log = (...a) => console.log(...a);
setTimeout(() => log("big"), 2 ** 31); setTimeout(() => log("nan"), NaN); setTimeout(() => log("neg"), -5); setTimeout((a, b) => log("args", a, b), 5, 1, 2);
process.nextTick(() => log("tick")); queueMicrotask(() => log("micro")); Promise.resolve().then(() => log("then")); log("sync");
await sleep(50); let n = 0; const i = setInterval(() => { log("iv", ++n); if (n === 2) clearInterval(i) }, 5); await sleep(100);
const c = new AbortController(); const p = sleep(1000, null, { signal: c.signal }).catch((e) => log(e.name, e.code)); c.abort(); await p; for await (const x of every(5, "e")) { log(x); break }
const t = setTimeout(() => log("refreshed"), 60); t.refresh(); log(t.hasRef(), typeof t, typeof +t); setTimeout(() => log("never"), 1e6).unref(); log(typeof setImmediate(() => log("imm"))); clearTimeout(undefined); clearTimeout("x"); log(await sleep(1, "v")); log(performance.now() > 0, performance.timeOrigin > 1e12);
