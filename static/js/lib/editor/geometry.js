// Boxes {x, y, width, height} and points {x, y} in 0..1 of a picture, as pure functions. The server keeps crops and
// focal points of the upright picture; people see it turned: first by `rotate` degrees clockwise, then flipped left to
// right where `flip` is true, as uploads_app/images/geometry.py does.

export const WHOLE = Object.freeze({ x: 0, y: 0, width: 1, height: 1 });
export const LEAST = 0.02; // of each side: a smaller frame could not be grasped any more

const between = (low, value, high) => Math.min(Math.max(value, low), high);

function rotated({ x, y }, degrees) {
  if (degrees === 90) return { x: 1 - y, y: x };
  if (degrees === 180) return { x: 1 - x, y: 1 - y };
  if (degrees === 270) return { x: y, y: 1 - x };
  return { x, y };
}

const flipped = ({ x, y }, flip) => ({ x: flip ? 1 - x : x, y });

export const turnedPoint = (point, { rotate, flip }) => flipped(rotated(point, rotate), flip);

export const uprightPoint = (point, { rotate, flip }) => rotated(flipped(point, flip), (360 - rotate) % 360);

function boxOf(move, box) {
  const a = move({ x: box.x, y: box.y });
  const b = move({ x: box.x + box.width, y: box.y + box.height });
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

export const turnedBox = (box, turns) => boxOf((point) => turnedPoint(point, turns), box);

export const uprightBox = (box, turns) => boxOf((point) => uprightPoint(point, turns), box);

export const turnedSize = ({ width, height }, { rotate }) =>
  rotate % 180 ? { width: height, height: width } : { width, height };

// What is to be asked of the server so that the picture as it is seen makes a quarter turn more. A flip comes last, so
// under a flip the turn before it goes the other way.
export function turnedFurther({ rotate, flip }, clockwise) {
  const quarter = clockwise === flip ? 270 : 90;
  return { rotate: (rotate + quarter) % 360, flip };
}

// A point of a part of a picture, as a point of the whole; and back.
export const outOf = (part, { x, y }) => ({ x: part.x + x * part.width, y: part.y + y * part.height });
export const within = (part, { x, y }) => ({
  x: between(0, (x - part.x) / part.width, 1),
  y: between(0, (y - part.y) / part.height, 1),
});

export const moved = (box, dx, dy) => ({
  ...box,
  x: between(0, box.x + dx, 1 - box.width),
  y: between(0, box.y + dy, 1 - box.height),
});

// A box with the sides `shares` (width by height, in shares of the picture's sides) apart, about as large as `box` and
// around its middle, as far as the picture has room. `shares` null leaves it as it is.
export function shaped(box, shares) {
  if (!shares) return box;
  const width = Math.min(Math.sqrt(box.width * box.height * shares), 1, shares);
  const size = { width, height: width / shares };
  return moved({ x: box.x + (box.width - size.width) / 2, y: box.y + (box.height - size.height) / 2, ...size }, 0, 0);
}

// The box after one of its edges or corners was dragged by dx, dy. `sides` tells which: {across: -1 left, 1 right, 0
// neither, down: -1 top, 1 bottom, 0 neither}; what lies opposite stays where it is.
export function resized(box, { across, down }, dx, dy, shares) {
  const size = { width: box.width + across * dx, height: box.height + down * dy };
  const room = { width: roomOf(box.x, box.width, across), height: roomOf(box.y, box.height, down) };
  if (shares) {
    const wanted = across && down ? Math.max(size.width, size.height * shares) : across ? size.width : size.height * shares;
    const least = Math.max(LEAST, LEAST * shares);
    size.width = Math.max(Math.min(wanted, room.width, room.height * shares), least);
    size.height = size.width / shares;
  } else {
    size.width = across ? between(LEAST, size.width, room.width) : box.width;
    size.height = down ? between(LEAST, size.height, room.height) : box.height;
  }
  const x = startOf(box.x, box.width, size.width, across);
  const y = startOf(box.y, box.height, size.height, down);
  return moved({ x, y, ...size }, 0, 0);
}

function roomOf(start, length, side) {
  if (side > 0) return 1 - start;
  if (side < 0) return start + length;
  return 2 * Math.min(start + length / 2, 1 - start - length / 2);
}

function startOf(start, length, newLength, side) {
  if (side > 0) return start;
  return side < 0 ? start + length - newLength : start + (length - newLength) / 2;
}
