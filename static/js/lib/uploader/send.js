// Sends one picture, straight to the storage where the page may, else to the site. What is refused is thrown as a
// Problem.
import { OFFLINE, Problem, csrfToken, parseProblem } from "../api.js";
import { NotThisWay, sendDirect } from "./direct.js";
import { post } from "./post.js";

let isDirect = true; // until it turns out that nothing goes that way

// url, file; fields: what else the form has; key: the same for every try, so that nothing is stored twice;
// direct: the category of pictures that may go straight to the storage, or null; way: an object kept from try to try.
// onSent(share): 0..1 of the bytes; 1 means that all are sent and the answer is awaited. Gives {answer, direct}: the
// parsed answer, and whether it came without the url, which then has not had the fields.
export async function send({ url, file, fields, key, direct = null, way = {}, onSent, signal }) {
  if (direct && isDirect) {
    try {
      return { answer: await sendDirect({ file, category: direct, key, way, onSent, signal }), direct: true };
    } catch (problem) {
      if (!(problem instanceof NotThisWay)) throw problem;
      isDirect = !problem.isForAll;
    }
  }
  return { answer: await sendHere({ url, file, fields, key: `${key}-here`, onSent, signal }), direct: false };
}

async function sendHere({ url, file, fields, key, onSent, signal }) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken(), "Idempotency-Key": key };
  const { status, text, retryAfter } = await post({ url, file, fields, headers, onSent, signal });
  if (status === 0) throw new Problem(OFFLINE);
  if (status < 200 || status >= 300) throw new Problem(parseProblem(text, status), retryAfter);
  return JSON.parse(text);
}
