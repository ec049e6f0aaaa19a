// Sends one picture by the first way that is open: straight to the storage where the page may, which spares the site
// the bytes; else in pieces, which a cut does not undo; else in one form. What is refused is thrown as a Problem.
import { OFFLINE, Problem, csrfToken, parseProblem } from "../api.js";
import { sendDirect } from "./direct.js";
import { NotThisWay } from "./other-way.js";
import { sendInPieces } from "./pieces.js";
import { post } from "./post.js";

const UNREADABLE = { status: null, code: "unreadable", detail: "The file cannot be read. It may have been moved." };
const closed = new Set(); // ways on which it turned out that nothing goes from this page

// url, file, category; fields: what else the form has; key: the same for every try, so that nothing is stored twice;
// direct: whether pictures may go straight to the storage; way: an object kept from try to try.
// onSent(share): 0..1 of the bytes; 1 means that all are sent and the answer is awaited. Gives {answer, direct, again}:
// the parsed answer; whether it came without the fields having been told; whether it may be that of an earlier try.
export async function send({ direct = false, way = {}, ...upload }) {
  await upload.file.slice(0, 1).arrayBuffer().catch(() => {
    throw new Problem(UNREADABLE);
  });
  const ways = [...(direct ? [straight] : []), inPieces, inOneForm].filter((go) => !closed.has(go));
  for (const go of ways) {
    try {
      return await go({ ...upload, way });
    } catch (problem) {
      if (!(problem instanceof NotThisWay)) throw problem;
      if (problem.isForAll) closed.add(go);
    }
  }
  throw new Error("the last way is always open");
}

async function straight(upload) {
  return { answer: await sendDirect(upload), direct: true };
}

async function inPieces(upload) {
  return { ...(await sendInPieces(upload)), direct: false };
}

async function inOneForm({ url, file, fields, key, onSent, signal }) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken(), "Idempotency-Key": `${key}-here` };
  const { status, text, retryAfter } = await post({ url, file, fields, headers, onSent, signal });
  if (status === 0) throw new Problem(OFFLINE);
  if (status < 200 || status >= 300) throw new Problem(parseProblem(text, status), retryAfter);
  return { answer: JSON.parse(text), direct: false };
}
