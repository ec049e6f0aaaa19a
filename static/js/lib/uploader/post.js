// One form with a file, sent with word of how far it is.
import { Watch } from "./watch.js";

// url, file; fields: what the form has before the file; headers. onSent(share): 0..1 of the bytes; 1 means that all are
// sent and the answer is awaited. Gives {status, text, retryAfter}; status 0 means that there was no answer.
export function post({ url, file, fields, headers, onSent, signal }) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const watch = new Watch(() => request.abort());
    const cut = () => request.abort();
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      watch.alive();
      if (event.lengthComputable) onSent(Math.min(event.loaded / event.total, 0.99));
    };
    request.upload.onload = () => {
      watch.alive();
      onSent(1);
    };
    request.onloadend = () => {
      watch.end();
      signal.removeEventListener("abort", cut);
      const { status, responseText: text } = request;
      resolve({ status, text, retryAfter: status ? retryAfter(request) : null });
    };
    signal.addEventListener("abort", cut, { once: true });
    request.send(body(file, fields));
  });
}

// Another site's headers are its own, unless it says otherwise: to ask for one is an error in the console.
function retryAfter(request) {
  return /^retry-after:\s*(.+)$/im.exec(request.getAllResponseHeaders())?.[1].trim() ?? null;
}

function body(file, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file, file.name);
  return form;
}
