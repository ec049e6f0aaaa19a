// Uploads files with tus-js-client, a few at once. Reads {endpoint, token, files, chunkSize} as JSON; writes for each file
// a line {path, url, retries}: how often it went on after a cut.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { Upload } from "tus-js-client";

import { AT_ONCE, PAUSES, input, say } from "./common.mjs";

const { endpoint, token, files, chunkSize } = await input();

async function send(path) {
  let retries = 0;
  const data = await readFile(path);
  await new Promise((resolve, reject) => {
    const upload = new Upload(data, {
      endpoint,
      chunkSize,
      retryDelays: PAUSES,
      headers: { Authorization: `Bearer ${token}` },
      metadata: { filename: basename(path), filetype: "image/jpeg", category: "general" },
      onAfterResponse(request) {
        if (request.getMethod() === "HEAD") retries += 1;
      },
      onSuccess() {
        say({ path, url: upload.url, retries });
        resolve();
      },
      onError: reject,
    });
    upload.start();
  });
}

async function worker() {
  for (let path = files.shift(); path; path = files.shift()) await send(path);
}

await Promise.all(Array.from({ length: AT_ONCE }, worker));
