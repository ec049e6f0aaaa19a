// What the tools do to the state of a picture, as pure functions: state and, where it matters, the upright picture's size.
import { NO_FILTERS } from "./edits.js";
import { WHOLE, shaped, turnedBox, turnedFurther, turnedSize, uprightBox } from "./geometry.js";

export const RATIOS = { free: null, "1:1": 1, "4:3": 4 / 3 };

// The frame as it is seen.
export const frameOf = (state) => turnedBox(state.crop, state);

export const withFrame = (state, box) => ({ ...state, crop: uprightBox(box, state) });

// Width by height of frames of the chosen shape, in shares of the turned picture's sides; null where all are free.
export function sharesOf(state, size) {
  const ratio = RATIOS[state.aspect];
  const { width, height } = turnedSize(size, state);
  return ratio ? (ratio * height) / width : null;
}

// What the frame leaves, in px.
export function cutSize(state, size) {
  const { width, height } = turnedSize(size, state);
  const frame = frameOf(state);
  return { width: frame.width * width, height: frame.height * height };
}

const reshaped = (state, size) => withFrame(state, shaped(frameOf(state), sharesOf(state, size)));

export const withAspect = (state, aspect, size) => reshaped({ ...state, aspect }, size);

export function turned(state, way, size) {
  const next = way === "flip" ? { flip: !state.flip } : turnedFurther(state, way === "right");
  return reshaped({ ...state, ...next }, size);
}

export const withFilter = (state, name, value) => ({ ...state, filters: { ...state.filters, [name]: value } });

export function reset(state, what, size) {
  if (what === "focal") return { ...state, focal: null };
  if (what === "filters") return { ...state, filters: { ...NO_FILTERS } };
  return reshaped({ ...state, crop: WHOLE, rotate: 0, flip: false }, size);
}
