// Sends one picture to the site piece by piece (tus), so that what arrived is never sent again: not after the network
// was away, nor after the page was closed and the same file is chosen again.
import { Problem, call } from "../api.js";
import { renewToken } from "../session.js";
import { memoryOf } from "./memory.js";
import { NotThisWay } from "./other-way.js";
import { endAt, sendPieces } from "./tus.js";

// After these the upload is over for good, at the site too.
const REFUSED = [400, 413, 415, 422];
const GONE = [404, 410];

// file, category, fields, key: as of `send`; way: kept from try to try; onSent, signal: as of `send`. Gives {answer, again}:
// the parsed answer, and whether it may be that of an earlier try.
export async function sendInPieces({ file, category, fields, key, way, onSent, signal }) {
  way.memory ??= await memoryOf(file, { category, ...fields });
  const cancel = () => giveUp(way);
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const answer = await untilOver({ file, metadata: metadataOf(file, category, fields), key, way, onSent, signal });
    way.memory.end();
    return { answer, again: Boolean(way.again) };
  } catch (problem) {
    if (REFUSED.includes(problem.status)) {
      way.memory.end();
      way.memory = null;
    }
    throw problem;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

// Nothing of it stays at the site, wherever it stands. To be called for what is given up between two tries; a signal does it
// while one goes on.
export function giveUp({ memory }) {
  const url = memory?.url;
  memory?.end();
  if (url) endAt(url);
}

// What the site forgot begins anew, once; so does what was sent with a token that is over.
async function untilOver(upload) {
  const { memory } = upload.way;
  let [isAnew, isRenewed] = [false, false];
  for (;;) {
    try {
      return await attempt(upload);
    } catch (problem) {
      if (upload.signal.aborted) throw problem;
      if (GONE.includes(problem.status) && memory.url && !isAnew) {
        isAnew = true;
        upload.way.anew = (upload.way.anew ?? 0) + 1;
        memory.forget();
      } else if (problem.status === 403 && !isRenewed) {
        isRenewed = true;
        if (!(await renewToken())) throw problem;
      } else if ((problem.status === 404 && !memory.url) || problem.status === 405) {
        throw new NotThisWay({ isForAll: true }); // the site has no such door
      } else {
        throw problem;
      }
    }
  }
}

async function attempt({ file, metadata, key, way, onSent, signal }) {
  const { memory } = way;
  if (memory.url) {
    way.again = true;
    const stand = await call("GET", memory.url);
    if (stand.state !== "open") return judged(stand);
    onSent(Math.min(stand.offset / stand.length, 0.99));
  }
  const onAgain = () => {
    way.again = true;
  };
  const ownKey = `${key}-pieces-${way.anew ?? 0}`;
  await sendPieces({ file, metadata, memory, key: ownKey, onSent, onAgain, signal });
  return judged(await call("GET", memory.url));
}

function judged(stand) {
  if (stand.state === "refused") throw new Problem(stand.problem);
  // Complete, but deleted since: as if it had never been sent.
  if (!stand.file) throw new Problem({ status: 404, code: "not_found", detail: "This picture was deleted." });
  return stand.file;
}

function metadataOf(file, category, fields) {
  return { filename: file.name.slice(-255), filetype: file.type, category, ...fields };
}
