// Pictures on their way in, a few at a time. It knows no page: who shows it is told of every change.
import { newKey } from "./key.js";
import { send } from "./send.js";

// queued → uploading → checking → ready, or refused (for good), failed (may be tried again), waiting (will be).
const UNFINISHED = ["queued", "uploading", "checking", "waiting"];
const REFUSED = [400, 404, 413, 415, 422];

export class Queue {
  // url, fields: where to, and what each is sent with; direct: as of `send`; onChange(item): called when something
  // of it changed.
  constructor({ url, fields = {}, direct = null, atOnce = 3, onChange }) {
    Object.assign(this, { url, fields, direct, atOnce, onChange });
    this.items = [];
    window.addEventListener("online", () => this.retryLost());
  }

  // problem: what is wrong with it before a byte is sent, if anything is.
  add(file, problem = null) {
    const state = problem ? "refused" : "queued";
    const item = { file, key: newKey(), sent: 0, state, problem, answer: null, tries: 0, way: {} };
    this.items.push(item);
    return item;
  }

  retry(item) {
    clearTimeout(item.timer);
    this.change(item, { state: "queued", sent: 0, problem: null });
    this.next();
  }

  drop(item) {
    this.items = this.items.filter((other) => other !== item);
    clearTimeout(item.timer);
    item.state = "dropped";
    item.abort?.abort();
    this.next();
  }

  get unfinished() {
    return this.items.filter((item) => UNFINISHED.includes(item.state));
  }

  // What would be lost by leaving: the failed ones too.
  get unsettled() {
    return this.items.filter((item) => item.state !== "refused");
  }

  retryLost() {
    for (const item of this.items) if (item.state === "failed" && item.problem.status === 0) this.retry(item);
  }

  // Starts as many as may go at once.
  next() {
    const going = this.items.filter((item) => item.state === "uploading" || item.state === "checking").length;
    const queued = this.items.filter((item) => item.state === "queued");
    for (const item of queued.slice(0, Math.max(0, this.atOnce - going))) this.upload(item);
  }

  async upload(item) {
    const { url, fields, direct } = this;
    const { file, key, way } = item;
    item.abort = new AbortController();
    item.tries += 1;
    this.change(item, { state: "uploading" });
    const onSent = (sent) => this.change(item, { sent, state: sent === 1 ? "checking" : "uploading" });
    const sending = send({ url, fields, direct, file, key, way, onSent, signal: item.abort.signal });
    const done = await sending.then(
      (sent) => ({ state: "ready", ...sent }),
      (problem) => this.failure(item, problem),
    );
    this.change(item, done);
    this.next();
  }

  failure(item, problem) {
    if (problem.status !== 429) return { state: REFUSED.includes(problem.status) ? "refused" : "failed", problem };
    const seconds = Number(problem.retryAfter) || 10;
    if (item.state !== "dropped") item.timer = setTimeout(() => this.retry(item), seconds * 1000);
    return { state: "waiting", problem, seconds };
  }

  change(item, changes) {
    if (item.state === "dropped") return;
    Object.assign(item, changes);
    this.onChange(item);
  }
}
