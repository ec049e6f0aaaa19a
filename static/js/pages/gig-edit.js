// The page that makes a gig: pictures come in, are arranged and edited, and what is missing is told.
import { announce } from "../lib/announce.js";
import { keepChecklist } from "../lib/arranging/checklist.js";
import { takeMoves } from "../lib/arranging/moves.js";
import { Order } from "../lib/arranging/order.js";
import { Said } from "../lib/arranging/said.js";
import { newTile, number, showPicture, showWhenRendered, showWords } from "../lib/arranging/tiles.js";
import { askBeforeLeaving, unsentWords } from "../lib/leaving.js";
import { startUploader } from "../lib/uploader/uploader.js";

const section = document.getElementById("pictures");
const part = (name) => section.querySelector(`[data-${name}]`);
const list = part("tiles");
const gigId = section.dataset.gig;
const said = new Said(part("said"));
const order = new Order(list, `/api/upload/gig-images/${gigId}`, {
  isBusy: () => uploads.unfinished.length > 0,
  onFailed: (problem) => said.say(`The pictures are as they were before. ${problem.words}`, { kind: "error" }),
});
const updateChecklist = keepChecklist(document.querySelector("[data-checklist]"), () => order.tiles());

const uploads = startUploader({
  area: part("drop-area"),
  list,
  url: "/api/upload/gig",
  category: "gig",
  fields: { gig_id: gigId },
  onReady: settle,
  onIdle: save,
});

takeMoves(list, { onMoved: moved, onTaken: taken });
list.addEventListener("click", edit);
const hasUnsent = unsentWords(document.getElementById("words"));
askBeforeLeaving(() => uploads.unsettled.length > 0 || order.saving !== null || hasUnsent());

// A picture that has just come in takes the place of its upload. What is seen stays until it can be had from the server.
async function settle({ answer, tries, direct, again }, upload) {
  const tile = newTile(answer);
  tile.querySelector(".tile-picture picture img").src = upload.preview;
  upload.element.replaceWith(tile);
  // An answer that was lost once may be older than the order, and what went straight to the storage is in no gig
  // yet: then the order is saved anew.
  if (tries === 1 && !direct && !again) order.came(tile);
  refresh();
  await showWhenRendered(tile);
  upload.release();
}

async function save() {
  const kept = order.save();
  refresh();
  await kept;
  refresh();
  // The server took the gig back from the public.
  if (order.isKept && "published" in section.dataset && !order.tiles().length) location.reload();
}

function moved(tile) {
  said.clear();
  save();
  const tiles = order.tiles();
  announce(`Picture ${tiles.indexOf(tile) + 1} of ${tiles.length}`);
}

function taken(tile, putBack) {
  const undo = () => {
    putBack();
    moved(tile);
    tile.querySelector("[data-edit]").focus();
  };
  said.say("Removed from this gig. The picture is still among your files.", {
    action: { words: "Undo", run: undo },
    focus: true,
  });
  save();
}

async function edit(event) {
  const link = event.target.closest("[data-edit]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const tile = link.closest("[data-file-id]");
  const { openEditor } = await import("../lib/editor/editor.js");
  const file = await openEditor({ fileId: tile.dataset.fileId });
  if (!file) return;
  showWords(tile, file.alt_text);
  refresh();
  await showPicture(tile, file.renditions.card.url);
  await showWhenRendered(tile);
}

// Everything that is told about the pictures as they stand now.
function refresh() {
  const tiles = order.tiles();
  const untold = tiles.filter((tile) => tile.querySelector(".nudge")).length;
  number(tiles);
  part("count").textContent = tiles.length;
  part("untold").hidden = untold === 0;
  part("untold-count").textContent = untold;
  updateChecklist();
}
