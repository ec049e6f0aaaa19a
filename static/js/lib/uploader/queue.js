// Pictures on their way in, a few at a time. It knows no page: who shows it is told of every change.
import { OFFLINE, Problem } from "../api.js";
import { newKey } from "./key.js";
import { untilThere } from "./patience.js";
import { giveUp } from "./pieces.js";
import { send } from "./send.js";

// queued → uploading → checking → ready, or refused (for good), failed (may be tried again), waiting (will be), offline
// (goes on where it is when the network is back).
const GOING = ["uploading", "checking", "offline"];
const UNFINISHED = ["queued", "waiting", ...GOING];
const REFUSED = [400, 404, 413, 415, 422];

export class Queue {
  // url, category, fields, direct: of all of them, as of `send`; onChange(item): called when something of it changed.
  constructor({ url, category, fields = {}, direct = false, atOnce = 3, onChange }) {
    Object.assign(this, { url, category, fields, direct, atOnce, onChange });
    this.items = [];
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
    if (item.state === "offline") {
      item.goOn();
      return;
    }
    this.change(item, { state: "queued", problem: null });
    this.next();
  }

  drop(item) {
    this.items = this.items.filter((other) => other !== item);
    clearTimeout(item.timer);
    item.state = "dropped";
    item.abort?.abort();
    giveUp(item.way);
    this.next();
  }

  get unfinished() {
    return this.items.filter((item) => UNFINISHED.includes(item.state));
  }

  // What would be lost by leaving: the failed ones too.
  get unsettled() {
    return this.items.filter((item) => item.state !== "refused");
  }

  // Starts as many as may go at once.
  next() {
    const going = this.items.filter((item) => GOING.includes(item.state)).length;
    const queued = this.items.filter((item) => item.state === "queued");
    for (const item of queued.slice(0, Math.max(0, this.atOnce - going))) this.upload(item);
  }

  async upload(item) {
    const { url, category, fields, direct } = this;
    const { file, key, way } = item;
    item.abort = new AbortController();
    this.change(item, { state: "uploading" });
    const { signal } = item.abort;
    const onSent = (sent) =>
      this.change(item, { sent, state: sent === 1 ? "checking" : "uploading", problem: null });
    const onLost = (goOn) => this.change(item, { state: "offline", problem: new Problem(OFFLINE), goOn });
    const attempt = () => {
      item.tries += 1;
      return send({ url, file, category, fields, key, direct, way, onSent, signal });
    };
    const done = await untilThere(attempt, { onLost, signal }).then(
      (sent) => ({ state: "ready", problem: null, ...sent }),
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
