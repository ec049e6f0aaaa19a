// Uploads as a page has them: files come in, each is a tile at once, and what is ready is handed to the page.
import { announce } from "../announce.js";
import { takeFiles } from "./intake.js";
import { limits, refusal } from "./limits.js";
import { Queue } from "./queue.js";
import { UploadTile } from "./tile.js";
import { library } from "./tus.js";

const TOLD = ["refused", "failed", "offline"];

// area: the form with the file field, which says whether pictures may go straight to the storage; list: where tiles are
// put; url, fields, category: as of a Queue.
// onReady(item, tile): a picture is taken, item.answer describes it; the page puts its own element in place of tile.element, and calls
// tile.release() when it shows the picture from the server. onIdle(): nothing is on its way any more.
export function startUploader({ area, list, url, fields, category, onReady, onIdle = () => {} }) {
  const tiles = new Map();
  const direct = "direct" in area.dataset;
  const queue = new Queue({ url, category, fields, direct, onChange: changed });
  const asked = limits();
  if (!direct) library().catch(() => {}); // asked for again where it is needed

  function changed(item) {
    const tile = tiles.get(item);
    tile.show(item);
    if (item.state === "ready") finish(item, tile);
    tell(item, tile);
    if (!queue.unfinished.length) onIdle();
  }

  // Once for each state, however often it is tried in it.
  function tell(item, tile) {
    if (item.state === tile.told) return;
    tile.told = TOLD.includes(item.state) ? item.state : null;
    if (tile.told) announce(`${item.file.name}: ${tile.words(item)}`);
  }

  function finish(item, tile) {
    tiles.delete(item);
    queue.drop(item);
    announce(`${item.file.name} is there.`);
    onReady(item, tile);
  }

  function dismiss(item, tile) {
    const near = tile.element.nextElementSibling ?? tile.element.previousElementSibling;
    queue.drop(item);
    tiles.delete(item);
    tile.element.remove();
    tile.release();
    (near?.querySelector("a, button:not([hidden], :disabled)") ?? area.querySelector("input[type=file]")).focus();
    if (!queue.unfinished.length) onIdle();
  }

  async function take(files) {
    const known = await asked;
    for (const file of files) {
      const item = queue.add(file, refusal(file, known));
      const tile = new UploadTile(item, { known, onRetry: () => queue.retry(item), onDrop: () => dismiss(item, tile) });
      tiles.set(item, tile);
      list.append(tile.element);
      if (item.problem) announce(`${file.name}: ${tile.words(item)}`);
    }
    queue.next();
  }

  takeFiles(area, take);
  return queue;
}
