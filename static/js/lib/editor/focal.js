// The focal point: a dot to drag, to move by arrow keys, and to set by touching the picture.
import { outOf, turnedPoint, uprightPoint, within } from "./geometry.js";
import { arrow, dragging } from "./moving.js";

export const MIDDLE = Object.freeze({ x: 0.5, y: 0.5 });

const clamped = ({ x, y }) => ({ x: Math.min(Math.max(x, 0), 1), y: Math.min(Math.max(y, 0), 1) });

// The point as it is seen, in 0..1 of the cut picture; the middle where none is chosen.
export const seenPoint = (state, part) => (state.focal ? within(part, turnedPoint(state.focal, state)) : MIDDLE);

// The inverse: in 0..1 of the upright picture.
export const chosenPoint = (state, part, seen) => uprightPoint(outOf(part, clamped(seen)), state);

export function drawDot(dot, state, part) {
  const { x, y } = seenPoint(state, part);
  dot.style.left = `${x * 100}%`;
  dot.style.top = `${y * 100}%`;
  dot.classList.toggle("unset", !state.focal);
}

// active: whether the dot can be set now. get: the point as it is seen. set(point, kind); done: a drag is over.
export function focalDot(parts, { active, get, set, done }, signal) {
  dragging(parts.view, signal, {
    room: () => parts.view.getBoundingClientRect(),
    begin: active,
    move: ({ x, y }) => set({ x, y }, "drag"),
    end: done,
  });
  parts.focal.addEventListener(
    "keydown",
    (event) => {
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      const { x, y } = get();
      set({ x: x + step.x, y: y + step.y }, "keys focal");
    },
    { signal },
  );
}
