// Where files come from: the field, a drop anywhere on the page, a paste.

// area: a form with a file field, which becomes one large field; onFiles(files) is called with whatever comes.
export function takeFiles(area, onFiles) {
  const field = area.querySelector("input[type=file]");
  prepare(area, field);
  field.addEventListener("change", () => {
    onFiles([...field.files]);
    field.value = ""; // the same file may be chosen again
  });
  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length || isCovered() || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    onFiles(files);
  });
  takeDrops(onFiles);
}

function prepare(area, field) {
  area.classList.add("scripted");
  field.required = false;
  for (const words of area.querySelectorAll(".with-script")) words.hidden = false;
  area.addEventListener("submit", (event) => event.preventDefault());
}

function takeDrops(onFiles) {
  const root = document.documentElement;
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = isCovered() ? "none" : "copy";
    root.classList.toggle("dropping", !isCovered());
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) root.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    root.classList.remove("dropping");
    if (!hasFiles(event)) return;
    event.preventDefault(); // or the browser would open the file in place of the page
    if (!isCovered()) onFiles(filesOf(event.dataTransfer));
  });
}

// Nothing is added behind a dialog.
function isCovered() {
  return document.querySelector("dialog[open]") !== null;
}

// Folders come as files that cannot be read.
function filesOf(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  return items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile());
}
