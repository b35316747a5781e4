//: {"want":{"err":"err\n"}}
import { Worker } from "node:worker_threads";
const w = new Worker('console.log("inside"); console.error("err")', { eval: true, stdout: true }); let s = ""; w.stdout.on("data", (d) => s += d); w.on("exit", (c) => setTimeout(() => console.log("got", JSON.stringify(s), c), 50));
