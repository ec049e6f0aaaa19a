// Uploads files with Uppy and its tus plugin. Reads and writes what tus-js-client.mjs does.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import Uppy from "@uppy/core";
import Tus from "@uppy/tus";

import { AT_ONCE, PAUSES, input, say } from "./common.mjs";

const { endpoint, token, files, chunkSize } = await input();
const retries = new Map(); // by the upload's address
const uppy = new Uppy().use(Tus, {
  endpoint,
  chunkSize,
  limit: AT_ONCE,
  retryDelays: PAUSES,
  headers: { Authorization: `Bearer ${token}` },
  onAfterResponse(request) {
    const url = request.getURL();
    if (request.getMethod() === "HEAD") retries.set(url, (retries.get(url) ?? 0) + 1);
  },
  allowedMetaFields: ["filename", "filetype", "category"],
});
for (const path of files) {
  const meta = { filename: basename(path), filetype: "image/jpeg", category: "general" };
  const data = await readFile(path);
  uppy.addFile({ name: meta.filename, type: meta.filetype, size: data.length, data, meta: { ...meta, path } });
}
uppy.on("upload-success", ({ meta: { path } }, { uploadURL }) =>
  say({ path, url: uploadURL, retries: retries.get(uploadURL) ?? 0 }),
);
const { failed } = await uppy.upload();
for (const file of failed) console.error(file.name, file.error);
process.exit(failed.length ? 1 : 0);
