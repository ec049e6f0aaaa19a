// WebP pictures that lie on their side. The server sets them upright by their EXIF block, as it does JPEG and PNG;
// browsers do so for those two, but not all of them for WebP.

// Two px wide as it is stored, one px wide when it is set upright.
const SIDEWAYS =
  "data:image/webp;base64,UklGRk4AAABXRUJQVlA4WAoAAAAIAAAAAQAAAAAAVlA4TA4AAAAvAQAAAAcQEf0PRET/A0VYSUYaAAAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAA=";
const LARGEST = 2400; // px of a side: more than any stage shows

// What canvases need to draw an upright picture of width w and height h, by EXIF orientation.
const MATRICES = {
  2: (w) => [-1, 0, 0, 1, w, 0],
  3: (w, h) => [-1, 0, 0, -1, w, h],
  4: (w, h) => [1, 0, 0, -1, 0, h],
  5: () => [0, 1, 1, 0, 0, 0],
  6: (w) => [0, 1, -1, 0, w, 0],
  7: (w, h) => [0, -1, -1, 0, w, h],
  8: (w, h) => [0, -1, 1, 0, 0, h],
};

async function decoded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

const browserKnows = async () => (await decoded(SIDEWAYS)).naturalWidth === 1;

// The orientation in the one kind of EXIF block that stored pictures have (uploads_app/images/exif.py).
function orientationOf(bytes) {
  const view = new DataView(bytes);
  let at = 12;
  while (at + 8 <= view.byteLength) {
    const size = view.getUint32(at + 4, true);
    const name = String.fromCharCode(...new Uint8Array(bytes, at, 4));
    if (name === "EXIF" && size >= 20) return view.getUint16(at + 8 + 18);
    at += 8 + size + (size % 2);
  }
  return 1;
}

async function setUpright(image, orientation, { width, height }) {
  const scale = Math.min(1, LARGEST / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  const context = canvas.getContext("2d");
  context.scale(canvas.width / width, canvas.height / height);
  context.transform(...MATRICES[orientation](width, height));
  context.drawImage(image, 0, 0);
  return canvas.convertToBlob({ type: "image/webp", quality: 0.95 });
}

// An address that shows the stored original upright, for an <img>; one that begins with "blob:" is to be revoked.
export async function uprightUrl(metadata) {
  const url = metadata.file_url;
  if (metadata.content_type !== "image/webp" || (await browserKnows())) return url;
  const answer = await fetch(url);
  if (!answer.ok) return url;
  const orientation = orientationOf(await answer.arrayBuffer());
  if (!(orientation in MATRICES)) return url;
  return URL.createObjectURL(await setUpright(await decoded(url), orientation, metadata));
}
