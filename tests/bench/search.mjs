// Searches a preview with the code that visitors get. In, a line each: {"site", "worker", "q", "lang"}. Out, a line each: {"total"} or {"failure"}.
// Every question opens the index anew, as a page does that was loaded anew.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

let receive, answered;
globalThis.addEventListener = (_, listener) => (receive = listener);
globalThis.postMessage = (message) => message.kind === "progress" || answered(message);
const said = (message) => new Promise((resolve) => ((answered = resolve), receive({ data: message })));

for await (const line of createInterface({ input: process.stdin })) {
  const { site, worker, q, lang } = JSON.parse(line);
  new Function(readFileSync(worker, "utf8"))();
  await said({ kind: "open", id: 0, base: new URL("search/", site).href });
  const { answer, reason } = await said({ kind: "search", id: 1, request: { q, lang, limit: 3 } });
  console.log(JSON.stringify(reason ? { failure: `${reason.code}: ${reason.message}` } : { total: answer.total }));
}
