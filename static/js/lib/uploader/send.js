// Sends one picture to the API, and tells how far it is. What is refused is thrown as a Problem.
import { OFFLINE, Problem, csrfToken, parseProblem } from "../api.js";

const STALLED = 90_000; // ms without a sign from the other side

// url, file; fields: what else the form has; key: the same for every try, so that nothing is stored twice.
// onSent(share): 0..1 of the bytes; 1 means that all are sent and the answer is awaited. Gives the parsed answer.
export function send({ url, file, fields, key, onSent, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const watch = new Watch(() => request.abort());
    const lost = () => reject(new Problem(OFFLINE));
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Idempotency-Key", key);
    request.upload.onprogress = (event) => {
      watch.alive();
      if (event.lengthComputable) onSent(Math.min(event.loaded / event.total, 0.99));
    };
    request.upload.onload = () => {
      watch.alive();
      onSent(1);
    };
    request.onloadend = () => watch.end();
    request.onerror = lost;
    request.onabort = lost;
    request.onload = () => settle(request, resolve, reject);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body(file, fields));
  });
}

function settle(request, resolve, reject) {
  const { status, responseText: text } = request;
  if (status >= 200 && status < 300) resolve(JSON.parse(text));
  else reject(new Problem(parseProblem(text, status), request.getResponseHeader("Retry-After")));
}

function body(file, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file, file.name);
  return form;
}

// Calls back when nothing was heard for too long.
class Watch {
  constructor(callback) {
    this.callback = callback;
    this.alive();
  }

  alive() {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.callback, STALLED);
  }

  end() {
    clearTimeout(this.timer);
  }
}
