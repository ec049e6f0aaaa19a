// Sends the picture of oneself without leaving the page, says at its field why one is refused, and crops it.
import { Problem, call } from "../lib/api.js";
import { openEditor } from "../lib/editor/editor.js";
import { newKey } from "../lib/uploader/key.js";
import { untilThere } from "../lib/uploader/patience.js";
import { giveUp } from "../lib/uploader/pieces.js";
import { send } from "../lib/uploader/send.js";

const form = document.querySelector("form[data-own-picture]");
const input = form.querySelector("input[type=file]");
const refusal = document.getElementById("id_file_error");
const sending = form.querySelector("[data-sending]");

function refuse(words) {
  refusal.textContent = words;
  refusal.hidden = !words;
  if (!words) {
    input.removeAttribute("aria-invalid");
    return;
  }
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", "id_file_help id_file_error");
  input.focus();
}

// Gives the id of the file. What was chosen before is given up.
let given = null;
async function upload(file) {
  if (given?.file !== file) {
    if (given) giveUp(given.way);
    given = { url: "/api/upload/profile", category: "profile", file, fields: {}, key: newKey(), way: {} };
  }
  const { signal } = new AbortController();
  const direct = "direct" in form.dataset;
  const onSent = (share) => told(share, share < 1 ? "Uploading" : "Checking");
  const onLost = () => told(null, "Waiting for the network. It goes on by itself.");
  const attempt = () => send({ ...given, direct, onSent, signal });
  try {
    return (await untilThere(attempt, { onLost, signal })).answer.file_id;
  } finally {
    sending.hidden = true;
  }
}

// share: 0..1 of it has been sent; null where that has not changed.
function told(share, words) {
  const bar = sending.querySelector("progress");
  const said = sending.querySelector("span");
  if (share !== null) bar.value = share;
  if (said.textContent !== words) said.textContent = words;
  sending.hidden = false;
}

function crop(fileId) {
  return openEditor({ fileId, aspects: ["1:1"], title: "Crop your picture" });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [file] = input.files;
  const button = form.querySelector("button");
  const most = Number(form.dataset.mostBytes);
  if (!file || button.getAttribute("aria-busy") === "true") return;
  if (file.size > most) {
    refuse(`This file is larger than ${Math.round(most / 1024 / 1024)} MB.`);
    return;
  }
  refuse("");
  button.setAttribute("aria-busy", "true");
  try {
    const fileId = await upload(file);
    await call("PUT", "/api/upload/profile/set", { file_id: fileId });
    await crop(fileId);
    location.reload(); // also where it stays as it came
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refuse(error.words);
  } finally {
    button.removeAttribute("aria-busy");
  }
});

document.querySelector("[data-crop]")?.addEventListener("click", (event) => {
  event.preventDefault();
  crop(event.currentTarget.dataset.crop).then((saved) => saved && location.reload());
});
