// Sends one picture straight to the storage: announced to the site, sent to where that says, then completed.
import { OFFLINE, Problem, call } from "../api.js";
import { NotThisWay } from "./other-way.js";
import { post } from "./post.js";

// What is said before anything is sent, and would be said of the picture sent here as well.
const SAME_HERE = ["quota_exceeded", "file_too_large", "throttled", "offline", "not_authenticated"];
// After these the picture has to be announced anew.
const OVER = [404, 413, 415, 422];

// file; category: of the upload; key: the same for every try; way: an object of the caller's, kept from try to try,
// so that nothing that arrived is sent twice; onSent, signal: as of `send`. Gives the parsed answer.
export async function sendDirect({ file, category, key, way, onSent, signal }) {
  way.begun ??= await begin(file, category, key);
  const cancel = () => call("DELETE", `/api/upload/${way.begun.file_id}`).catch(() => {});
  signal.addEventListener("abort", cancel, { once: true });
  try {
    if (!way.arrived) await transport(way.begun.upload, file, onSent, signal);
    way.arrived = true;
    onSent(1);
    return await call("POST", `/api/upload/${way.begun.file_id}/complete`);
  } catch (problem) {
    if (problem instanceof NotThisWay) cancel();
    const isOver = problem instanceof NotThisWay || OVER.includes(problem.status);
    if (isOver) Object.assign(way, { begun: null, arrived: false });
    throw problem;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

async function begin(file, category, key) {
  const bytes = await file.arrayBuffer().catch(() => null);
  const type = bytes && typeOf(new Uint8Array(bytes, 0, Math.min(12, bytes.byteLength)));
  if (!type || !globalThis.crypto?.subtle) throw new NotThisWay({ isForAll: false });
  const said = {
    upload_category: category,
    filename: file.name.slice(-255),
    content_type: type,
    file_size: bytes.byteLength,
    sha256: hex(await crypto.subtle.digest("SHA-256", bytes)),
  };
  return call("POST", "/api/upload/direct", said, { "Idempotency-Key": key }).catch((problem) => {
    throw SAME_HERE.includes(problem.code) ? problem : new NotThisWay({ isForAll: false });
  });
}

// A storage that cannot be reached while there is a network lets nobody from here through, or not this page.
async function transport({ url, fields, headers }, file, onSent, signal) {
  const answer = await post({ url, fields, headers, file, onSent, signal });
  if (answer.status >= 200 && answer.status < 300) return;
  if (answer.status !== 0 || (navigator.onLine && !signal.aborted)) throw new NotThisWay({ isForAll: true });
  throw new Problem(OFFLINE);
}

// By the first bytes, for names and systems are often wrong about it.
function typeOf(head) {
  const starts = (...bytes) => bytes.every((byte, place) => head[place] === byte);
  const text = String.fromCharCode(...head);
  if (starts(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "image/webp";
  return null;
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
