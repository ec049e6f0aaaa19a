// Filters as the server makes them (uploads_app/images/filters.py), as primitives of an SVG filter in the same order.

const SVG = "http://www.w3.org/2000/svg";
const BLUR_SHARE = 0.02; // of the longer side, at full strength
const SHARPEN_SHARE = 0.0015;
const LUMA = [0.299, 0.587, 0.114];
const SEPIA_DARK = [26, 15, 5];
const SEPIA_LIGHT = [255, 242, 217];

function element(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const linear = (slope, intercept) =>
  element(
    "feComponentTransfer",
    {},
    ...["feFuncR", "feFuncG", "feFuncB"].map((name) => element(name, { type: "linear", slope, intercept })),
  );

const matrix = (rows) => element("feColorMatrix", { type: "matrix", values: [...rows, [0, 0, 0, 1, 0]].flat().join(" ") });

const saturation = (amount) =>
  matrix([0, 1, 2].map((row) => [...LUMA.map((share, i) => share * (1 - amount) + (i === row ? amount : 0)), 0, 0]));

const sepia = () =>
  matrix(
    [0, 1, 2].map((row) => {
      const range = (SEPIA_LIGHT[row] - SEPIA_DARK[row]) / 255;
      return [...LUMA.map((share) => share * range), 0, SEPIA_DARK[row] / 255];
    }),
  );

// Past the edge lies nothing, which a blur mixes in as transparency; where the picture has none, taking it out again
// leaves the colours of the picture alone, as on the server.
function blurred(deviation, opaque) {
  const parts = [element("feGaussianBlur", { stdDeviation: deviation })];
  if (opaque) {
    parts.push(element("feComponentTransfer", {}, element("feFuncA", { type: "linear", slope: 0, intercept: 1 })));
  }
  return parts;
}

function sharpened(amount, side, opaque) {
  const percent = 2 * amount;
  const parts = [linear(1, 0), ...blurred(Math.max(0.5, SHARPEN_SHARE * side), opaque)];
  parts[0].setAttribute("result", "before");
  const sum = { operator: "arithmetic", in: "before", in2: "soft", k1: 0, k2: 1 + percent, k3: -percent, k4: 0 };
  parts.at(-1).setAttribute("result", "soft");
  return [...parts, element("feComposite", sum)];
}

// `side`: the longer side of what is left of the picture, in px of the page. Empty where nothing is to be done.
export function primitives(filters, side, opaque) {
  const parts = [];
  if (filters.brightness) parts.push(linear(1 + filters.brightness, 0));
  if (filters.contrast) parts.push(linear(1 + filters.contrast, (-128 / 255) * filters.contrast));
  if (filters.saturation) parts.push(saturation(1 + filters.saturation));
  if (filters.grayscale) parts.push(saturation(0));
  if (filters.sepia) parts.push(sepia());
  if (filters.invert) parts.push(linear(-1, 1));
  if (filters.sharpen) parts.push(...sharpened(filters.sharpen, side, opaque));
  if (filters.blur) parts.push(...blurred(filters.blur * BLUR_SHARE * side, opaque));
  return parts;
}
