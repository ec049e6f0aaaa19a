// Edits in the shape of the API, and what is changed about a picture as a whole: {crop, rotate, flip, filters, focal}.
import { WHOLE } from "./geometry.js";

export const NO_FILTERS = Object.freeze({
  brightness: 0,
  contrast: 0,
  saturation: 0,
  grayscale: false,
  sepia: false,
  invert: false,
  sharpen: 0,
  blur: 0,
});

// The state that the editor starts from. `crop` is always a box: the whole where nothing is cut.
export function stateOf(metadata) {
  const edits = metadata.edits ?? {};
  return {
    crop: { ...(edits.crop ?? WHOLE) },
    rotate: edits.rotate ?? 0,
    flip: edits.flip ?? false,
    filters: { ...NO_FILTERS, ...edits.filters },
    focal: metadata.focal_point,
  };
}

// As the server tells recipes apart: to the hundred-thousandth.
const round = (value) => Math.round(value * 1e5) / 1e5;
const roundBox = (box) => Object.fromEntries(Object.entries(box).map(([side, value]) => [side, round(value)]));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// The body of PUT …/edits, or null where nothing is left to edit.
export function editsOf({ crop, rotate, flip, filters }) {
  const box = roundBox({ x: crop.x, y: crop.y, width: crop.width, height: crop.height });
  // Both were rounded up: their sum may lie outside by one.
  box.width = Math.min(box.width, round(1 - box.x));
  box.height = Math.min(box.height, round(1 - box.y));
  const edits = { crop: same(box, WHOLE) ? null : box, rotate, flip, filters: {} };
  for (const name of Object.keys(NO_FILTERS)) {
    edits.filters[name] = typeof filters[name] === "boolean" ? filters[name] : round(filters[name]);
  }
  const nothing = !edits.crop && !rotate && !flip && same(edits.filters, NO_FILTERS);
  return nothing ? null : edits;
}

const focalOf = ({ focal }) => (focal ? { x: round(focal.x), y: round(focal.y) } : null);

export const sameEdits = (a, b) => same(editsOf(a), editsOf(b));

export const sameFocal = (a, b) => same(focalOf(a), focalOf(b));

export { focalOf };
