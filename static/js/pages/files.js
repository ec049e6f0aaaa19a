// My files: pictures come in; what is chosen is counted, all of it at once can be, and the question before deleting
// needs no other page.
import { announce } from "../lib/announce.js";
import { askBeforeLeaving } from "../lib/leaving.js";
import { markComing } from "../lib/pictures.js";
import { relativeTimes } from "../lib/times.js";
import { startUploader } from "../lib/uploader/uploader.js";

const area = document.getElementById("upload");
const coming = document.querySelector("[data-uploads]");
const waiting = new Map(); // the tiles of pictures that have come in but are not in the list yet, by the files' ids

start();
const uploads = startUploader({
  area,
  list: coming,
  url: "/api/upload/general",
  category: "general",
  onReady: came,
  onIdle: showList,
});
askBeforeLeaving(() => uploads.unsettled.length > 0);

function start() {
  const form = document.getElementById("chosen");
  if (form) choosing(form);
  document.querySelector("[data-choose]")?.addEventListener("click", (event) => {
    event.preventDefault();
    area.querySelector("input[type=file]").click();
  });
}

function came(item, tile) {
  waiting.set(item.answer.file_id, tile);
  tile.find("[data-drop]").textContent = "Dismiss";
}

// The list as the server now shows it takes the place of the one that is here; what was ticked stays ticked.
async function showList() {
  if (!waiting.size) return;
  let text;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    text = await answer.text();
  } catch {
    return; // the tiles say that their pictures are there
  }
  const ticked = new Set(boxesOf(document).filter((box) => box.checked).map((box) => box.value));
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const part of ["[data-usage]", "[data-list]"]) {
    document.querySelector(part).replaceWith(document.adoptNode(fresh.querySelector(part)));
  }
  for (const box of boxesOf(document)) {
    box.checked = ticked.has(box.value);
    waiting.get(box.value)?.element.remove();
    waiting.get(box.value)?.release();
    waiting.delete(box.value);
  }
  const list = document.querySelector("[data-list]");
  markComing(list);
  relativeTimes(list);
  start();
}

function boxesOf(root) {
  return [...root.querySelectorAll("#chosen input[name=file]")];
}

function choosing(form) {
  const boxes = boxesOf(document);
  const count = form.querySelector("[data-count]");
  const all = form.querySelector("[data-all]");
  const bar = form.querySelector("[data-bar]");
  const chosen = () => boxes.filter((box) => box.checked);
  let last = null;

  function show() {
    const many = chosen().length;
    count.textContent = many ? `${many} selected` : "None selected";
    all.textContent = many === boxes.length ? "Select none" : "Select all";
    bar.hidden = many === 0;
  }

  // With Shift, everything between the last box and this one becomes what this one is.
  form.addEventListener("click", (event) => {
    const box = event.target;
    if (!boxes.includes(box)) return;
    if (event.shiftKey && last && last !== box) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
    show();
    announce(count.textContent);
  });

  all.addEventListener("click", () => {
    const every = chosen().length < boxes.length;
    for (const box of boxes) box.checked = every;
    show();
    announce(count.textContent);
    if (!every) boxes[0].focus(); // the bar that had the focus is gone
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (chosen().length) ask(chosen());
  });

  all.hidden = false;
  show();
  // Coming back, the browser may have ticked boxes again.
  window.addEventListener("pageshow", show);
}

function ask(boxes) {
  const dialog = document.getElementById("ask-delete");
  const form = dialog.querySelector("form");
  for (const old of form.querySelectorAll("input[name=file]")) old.remove();
  for (const box of boxes) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "file", value: box.value });
    form.append(field);
  }
  dialog.querySelector("[data-question]").textContent =
    boxes.length === 1 ? "Delete this picture?" : `Delete these ${boxes.length} pictures?`;
  dialog.querySelector("[data-names]").replaceChildren(
    ...boxes.map((box) => {
      const line = document.createElement("li");
      line.textContent = told(box.closest(".file-tile"));
      return line;
    }),
  );
  dialog.querySelector("[data-keep]").onclick = () => dialog.close();
  dialog.showModal();
  dialog.querySelector("[data-keep]").focus();
}

// A picture by its name, and where it is in use.
function told(tile) {
  const words = (selector) => tile.querySelector(selector).textContent.replace(/\s+/g, " ").trim();
  return `${words("h2")}. ${words("[data-uses]")}`;
}
