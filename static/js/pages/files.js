// My files: what is chosen is counted, all of it at once can be, and the question before deleting needs no other page.
import { announce } from "../lib/announce.js";

const form = document.getElementById("chosen");
if (form) choosing(form);

function choosing(form) {
  const boxes = [...form.querySelectorAll("input[name=file]")];
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
