// Draws the picture as its edits leave it, as large as the stage allows.
import { WHOLE, turnedBox, turnedSize } from "./geometry.js";
import { primitives } from "./filters.js";
import { uprightUrl } from "./upright.js";

const px = (value) => `${value}px`;

function place({ style }, box) {
  style.left = `${box.x * 100}%`;
  style.top = `${box.y * 100}%`;
  style.width = `${box.width * 100}%`;
  style.height = `${box.height * 100}%`;
}

// Whether nothing shows through, as far as a small copy tells.
function isOpaque(image) {
  const side = 64;
  const context = new OffscreenCanvas(side, side).getContext("2d");
  context.drawImage(image, 0, 0, side, side);
  return context.getImageData(0, 0, side, side).data.every((value, i) => i % 4 !== 3 || value === 255);
}

export class Preview {
  #parts;
  #image = null;
  #opaque = true;

  // parts: the elements of the dialog by name.
  constructor(parts) {
    this.#parts = parts;
  }

  // Resolves when the picture can be seen; rejects where the bytes do not come.
  async load(metadata) {
    const image = new Image();
    image.alt = "The picture as it will be";
    image.draggable = false;
    image.src = await uprightUrl(metadata);
    await image.decode();
    this.clear();
    this.#image = image;
    this.#opaque = metadata.content_type === "image/jpeg" || isOpaque(image);
    this.size = { width: metadata.width, height: metadata.height };
    this.#parts.clip.prepend(image);
  }

  clear() {
    if (this.#image?.src.startsWith("blob:")) URL.revokeObjectURL(this.#image.src);
    this.#image?.remove();
    this.#image = null;
  }

  // `part` of the picture as it is turned is shown: all of it while its frame is chosen, else what the frame leaves.
  draw(state, cutting) {
    if (!this.#image) return;
    const crop = turnedBox(state.crop, state);
    this.part = cutting ? WHOLE : crop;
    const turned = turnedSize(this.size, state);
    const scale = this.#scale(turned);
    this.#sizeView(turned, scale);
    this.#turnImage(state, turned, scale);
    const side = Math.max(crop.width * turned.width, crop.height * turned.height) * scale;
    this.#filter(state.filters, side);
    for (const element of [this.#parts.crop, this.#parts.shade]) {
      element.hidden = !cutting;
      place(element, crop);
    }
  }

  #scale(turned) {
    const stage = getComputedStyle(this.#parts.stage);
    const width = this.#parts.stage.clientWidth - parseFloat(stage.paddingLeft) - parseFloat(stage.paddingRight);
    const height = this.#parts.stage.clientHeight - parseFloat(stage.paddingTop) - parseFloat(stage.paddingBottom);
    return Math.min(width / (this.part.width * turned.width), height / (this.part.height * turned.height));
  }

  #sizeView(turned, scale) {
    this.#parts.view.style.width = px(this.part.width * turned.width * scale);
    this.#parts.view.style.height = px(this.part.height * turned.height * scale);
  }

  // The picture turns about its middle, which is where the middle of the turned one has to be.
  #turnImage({ rotate, flip }, turned, scale) {
    const width = this.size.width * scale;
    const height = this.size.height * scale;
    const { style } = this.#image;
    style.width = px(width);
    style.height = px(height);
    style.left = px((0.5 - this.part.x) * turned.width * scale - width / 2);
    style.top = px((0.5 - this.part.y) * turned.height * scale - height / 2);
    style.transform = `${flip ? "scaleX(-1) " : ""}rotate(${rotate}deg)`;
  }

  #filter(filters, side) {
    const parts = primitives(filters, side, this.#opaque);
    this.#parts.filter.replaceChildren(...parts);
    this.#image.style.filter = parts.length ? "url(#editor-filter)" : "";
  }
}
