// What pictures the site takes, as its API tells it.
import { Problem, call } from "../api.js";

const NAMES = { "image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP" };
// Refusals that are answered by saying what would be taken instead.
const ASKS_FOR_OTHERS = ["unsupported_media_type", "file_too_large", "too_many_pixels", "corrupt_image"];
let asked = null;

// Null where the API cannot be asked now: then it judges alone, when the picture comes.
export function limits() {
  asked ??= call("GET", "/api/upload/config").catch(() => {
    asked = null;
    return null;
  });
  return asked;
}

// A Problem for a file that need not be sent, else null.
export function refusal(file, known) {
  if (!known || file.size <= known.max_file_size) return null;
  return new Problem({ status: 413, code: "file_too_large", detail: "The file is larger than what is accepted." });
}

// What would be accepted, as a sentence; empty where that is not the point.
export function accepted(problem, known) {
  if (!known || !ASKS_FOR_OTHERS.includes(problem.code)) return "";
  const kinds = known.allowed_content_types.map((type) => NAMES[type] ?? type);
  const most = Math.round(known.max_file_size / 1024 / 1024);
  const pixels = Math.round(known.max_pixels / 1_000_000);
  return `Accepted: ${kinds.slice(0, -1).join(", ")} or ${kinds.at(-1)}, up to ${most} MB and ${pixels} megapixels.`;
}
