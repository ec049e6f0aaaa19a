// Sends the picture of oneself without leaving the page, says at its field why one is refused, and crops it.
import { Problem, call } from "../lib/api.js";
import { openEditor } from "../lib/editor/editor.js";
import { newKey } from "../lib/uploader/key.js";
import { send } from "../lib/uploader/send.js";

const form = document.querySelector("form[data-own-picture]");
const input = form.querySelector("input[type=file]");
const refusal = document.getElementById("id_file_error");

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

async function upload(file) {
  const direct = "direct" in form.dataset ? "profile" : null;
  const { signal } = new AbortController();
  const sent = await send({ url: "/api/upload/profile", file, fields: {}, key: newKey(), direct, onSent() {}, signal });
  return sent.answer.file_id;
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
