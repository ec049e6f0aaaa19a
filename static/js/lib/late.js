// A size that is still being made answers 503 for a while, and browsers ask only once. Pictures that failed are asked
// for again, a few times, ever later; the placeholder stands in meanwhile.
const PAUSES = [2000, 4000, 8000, 16000]; // ms

const tries = new WeakMap();

function again(image) {
  const count = tries.get(image) ?? 0;
  if (count >= PAUSES.length || !image.closest(".picture")) return;
  tries.set(image, count + 1);
  setTimeout(() => {
    if (image.isConnected) image.src = image.getAttribute("src");
  }, PAUSES[count]);
}

export function askAgain(root) {
  root.addEventListener("error", ({ target }) => target instanceof HTMLImageElement && again(target), true);
  for (const image of root.images) {
    if (image.complete && image.currentSrc && !image.naturalWidth) again(image);
  }
}
