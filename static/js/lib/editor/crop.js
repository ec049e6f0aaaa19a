// The frame of the crop: dragged by its middle, edges and corners, or moved by the arrow keys.
import { moved, resized } from "./geometry.js";
import { arrow, dragging } from "./moving.js";

function sidesOf(handle) {
  const has = (name) => handle.split(" ").includes(name);
  return { across: has("right") - has("left"), down: has("bottom") - has("top") };
}

const change = (handle, box, dx, dy, shares) =>
  handle === "move" ? moved(box, dx, dy) : resized(box, sidesOf(handle), dx, dy, shares);

// get: gives {box, shares}, the frame as it is seen and its fixed shape or null. set(box, kind): takes the next.
// done: called when a drag ends. All of it stops with `signal`.
export function cropFrame(parts, { get, set, done }, signal) {
  let start = null;
  dragging(parts.crop, signal, {
    room: () => parts.view.getBoundingClientRect(),
    begin: (event) => {
      const handle = event.target.closest("[data-handle]")?.dataset.handle;
      start = handle && { handle, ...get() };
      return Boolean(start);
    },
    move: ({ dx, dy }) => {
      // A touch alone changes nothing.
      if (dx || dy) set(change(start.handle, start.box, dx, dy, start.shares), "drag");
    },
    end: done,
  });
  parts.crop.addEventListener(
    "keydown",
    (event) => {
      const handle = event.target.dataset.handle;
      const step = handle && arrow(event);
      if (!step) return;
      event.preventDefault();
      const { box, shares } = get();
      set(change(handle, box, step.x, step.y, shares), `keys ${handle}`);
    },
    { signal },
  );
}
