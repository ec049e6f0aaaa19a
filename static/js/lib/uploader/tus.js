// The library that speaks tus, as it is used here: for one go of one upload. Going on after a loss is left to the
// caller, who can say so to people.
import { OFFLINE, Problem, call, csrfToken, parseProblem } from "../api.js";
import { NotThisWay } from "./other-way.js";
import { Watch } from "./watch.js";

export const PLACE = "/api/upload/tus";

// nginx takes a request in whole before the site sees any of it: only whole pieces count as sent.
const PIECE = 1024 * 1024; // bytes
const PAUSES = [0, 1000, 3000]; // ms, before what may pass by itself is tried again
const BECOMING = [0, 1000, 2000, 5000, 10000]; // ms, before each look whether what was complete is a file

let loading = null;

// It is no module: loaded as one, it puts itself on the window. To be called once soon, so that it is there when the
// network is not.
export function library() {
  loading ??= import("../../../vendor/tus-js-client/tus.min.js").then(
    () => globalThis.tus,
    () => {
      loading = null; // it may come another time
      throw navigator.onLine ? new NotThisWay({ isForAll: false }) : new Problem(OFFLINE);
    },
  );
  return loading;
}

// memory: has the upload's url, or learns it; key: by which the site knows that two announcements are one; onAgain(): a request was repeated; onSent, signal: as of `send`. Ends when
// all is sent and judged; throws a Problem. After a signal nothing more is sent; what the memory knows is the caller's to end.
export async function sendPieces({ file, metadata, memory, key, onSent, onAgain, signal }) {
  const { Upload } = await library();
  if (signal.aborted) throw new Problem(OFFLINE);
  const upload = new Upload(file, { ...fixed(key, onAgain), ...placeOf(memory), metadata });
  const cancel = () => upload.url && upload.abort();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    await run(upload, { memory, onSent, signal });
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

// Without an endpoint the library does not begin anew what it cannot go on with: that is not its to decide.
function placeOf({ url }) {
  return url ? { endpoint: null, uploadUrl: new URL(url, location).href } : { endpoint: new URL(PLACE, location).href };
}

// Ends an upload at the site. What was complete a moment before is a file by now, of the same id; what is just being
// completed will be one in a moment. Throws nothing: what cannot be ended now the site ends when its time is over.
export async function endAt(url) {
  try {
    await call("DELETE", url, undefined, { "Tus-Resumable": "1.0.0" });
  } catch ({ status }) {
    if (status === 409) await deleteOnceThere(`/api/upload/${url.split("/").at(-1)}`);
  }
}

async function deleteOnceThere(file) {
  for (const pause of BECOMING) {
    await new Promise((over) => setTimeout(over, pause));
    const problem = await call("DELETE", file).catch((problem) => problem);
    if (problem?.status !== 404) return;
  }
}

function fixed(key, onAgain) {
  return {
    chunkSize: PIECE,
    retryDelays: PAUSES,
    storeFingerprintForResuming: false, // the memory does that, for each person apart
    onBeforeRequest(request) {
      request.setHeader("Accept", "application/json");
      request.setHeader("X-CSRFToken", csrfToken());
      if (request.getMethod() === "POST") request.setHeader("Idempotency-Key", key);
    },
    onShouldRetry(error) {
      const status = error.originalResponse?.getStatus() ?? 0;
      const passes = status === 409 || status === 423 || status >= 500;
      if (passes) onAgain();
      return passes;
    },
  };
}

function run(upload, { memory, onSent, signal }) {
  return new Promise((resolve, reject) => {
    const watch = new Watch(() => {
      upload.abort();
      reject(new Problem(OFFLINE));
    });
    const settled = (settle) => (value) => {
      watch.end();
      settle(value);
    };
    Object.assign(upload.options, {
      onUploadUrlAvailable() {
        const url = new URL(upload.url).pathname;
        if (signal.aborted) {
          upload.abort(); // given up while it was announced
          endAt(url);
        } else memory.keep(url);
        upload.options.endpoint = null;
      },
      onProgress(sent, total) {
        watch.alive();
        onSent(sent === total ? 1 : Math.min(sent / total, 0.99));
      },
      onSuccess: settled(resolve),
      onError: settled((error) => reject(problemOf(error))),
    });
    signal.addEventListener("abort", settled(() => reject(new Problem(OFFLINE))), { once: true });
    upload.start();
  });
}

function problemOf({ originalResponse: answer }) {
  const status = answer?.getStatus() ?? 0;
  if (status === 0) return new Problem(OFFLINE);
  return new Problem(parseProblem(answer.getBody() ?? "", status), answer.getHeader("Retry-After"));
}
