// Moving pictures by buttons and by drag. The page is told after each move, and of what is taken out.
import Sortable from "../../../vendor/sortablejs/sortable.esm.js";

const STILL = matchMedia("(prefers-reduced-motion: reduce)").matches;

// list: of tiles; onMoved(tile), onTaken(tile, putBack).
export function takeMoves(list, { onMoved, onTaken }) {
  list.addEventListener("submit", (event) => {
    const tile = event.target.closest("[data-file-id]");
    if (!tile || !event.target.matches("[data-arrange]")) return;
    event.preventDefault();
    const { submitter } = event;
    if (submitter.value === "out") take(tile, onTaken);
    else {
      move(list, tile, submitter.value);
      onMoved(tile);
      keepFocus(tile, submitter);
    }
  });
  list.classList.add("sorts");
  Sortable.create(list, {
    draggable: "[data-file-id]",
    handle: ".tile-picture",
    animation: STILL ? 0 : 150,
    delay: 200, // ms of touch, so that a page still scrolls under a finger
    delayOnTouchOnly: true,
    onUpdate: (event) => onMoved(event.item),
  });
}

function move(list, tile, where) {
  const tiles = [...list.querySelectorAll("[data-file-id]")];
  const place = tiles.indexOf(tile);
  if (where === "later") tiles[place + 1]?.after(tile);
  else tiles[where === "cover" ? 0 : place - 1]?.before(tile);
}

function take(tile, onTaken) {
  const { parentElement: list, nextElementSibling: next } = tile;
  tile.remove();
  onTaken(tile, () => (next?.parentElement === list ? next.before(tile) : list.append(tile)));
}

// A moved element loses the focus, and a button at the end of its way is off.
function keepFocus(tile, button) {
  const other = tile.querySelector("[data-arrange] button:not(:disabled)");
  (button.disabled ? other : button)?.focus();
}
