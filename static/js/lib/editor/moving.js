// Dragging by mouse, pen or finger, and steps by arrow keys, in shares of the sides of what is moved upon.

const STEP = 0.01;
const LARGE_STEP = 0.1;
const ARROWS = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

// The step that a key asks for, {x, y}, or null for other keys.
export function arrow(event) {
  const way = ARROWS[event.key];
  if (!way || event.ctrlKey || event.metaKey || event.altKey) return null;
  const step = event.shiftKey ? LARGE_STEP : STEP;
  return { x: way.x * step, y: way.y * step };
}

// room: gives the box in px that 0..1 stands for. begin(event): whether this is a drag. move({dx, dy, x, y}): how far from
// where it began, and where it is now. end: it is over.
export function dragging(element, signal, { room, begin, move, end }) {
  let from = null;
  const place = (event) => {
    const { left, top, width, height } = from.room;
    return {
      dx: (event.clientX - from.x) / width,
      dy: (event.clientY - from.y) / height,
      x: (event.clientX - left) / width,
      y: (event.clientY - top) / height,
    };
  };
  const stop = (event) => {
    if (event.pointerId !== from?.id) return;
    from = null;
    end();
  };
  const on = (type, listen) => element.addEventListener(type, listen, { signal });
  on("pointerdown", (event) => {
    if (from || event.button !== 0 || !begin(event)) return;
    from = { id: event.pointerId, x: event.clientX, y: event.clientY, room: room() };
    element.setPointerCapture(event.pointerId);
    move(place(event));
  });
  on("pointermove", (event) => {
    if (event.pointerId === from?.id) move(place(event));
  });
  on("pointerup", stop);
  on("pointercancel", stop);
}
