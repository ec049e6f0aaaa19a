// The tools beside the picture: they show its state, and say what they want changed.
import { moved, resized } from "./geometry.js";

const PERCENT = 100;
const shown = (value) => String(Math.round(value * 1000) / 10);

// A frame after one of its numbers was typed. Its top left stays where it is when its size changes.
function renumbered(box, side, value, shares) {
  if (side === "x") return moved(box, value - box.x, 0);
  if (side === "y") return moved(box, 0, value - box.y);
  if (side === "width") return resized(box, { across: 1, down: 0 }, value - box.width, 0, shares);
  return resized(box, { across: 0, down: 1 }, 0, value - box.height, shares);
}

export class Controls {
  #dialog;
  #wanted;

  // wanted: {aspect(name), turn(way), frame(change), filter(name, value, kind), focal(side, value), reset(what), done()}
  constructor(dialog, wanted, signal) {
    this.#dialog = dialog;
    this.#wanted = wanted;
    const tools = dialog.querySelector(".editor-tools");
    tools.addEventListener("input", (event) => this.#moved(event.target), { signal });
    tools.addEventListener("change", (event) => this.#set(event.target), { signal });
    tools.addEventListener("click", (event) => this.#pressed(event.target.closest("button")), { signal });
  }

  // Only these shapes can be chosen; where there is one, nothing is to be chosen.
  offer(aspects) {
    const shapes = this.#dialog.querySelector("[data-editor=aspects]");
    shapes.hidden = aspects.length < 2;
    for (const radio of shapes.querySelectorAll("input")) radio.closest("label").hidden = !aspects.includes(radio.value);
  }

  #moved({ type, dataset, value }) {
    if (type !== "range") return;
    if (dataset.filter) this.#wanted.filter(dataset.filter, value / PERCENT, `filter ${dataset.filter}`);
    if (dataset.focal) this.#wanted.focal(dataset.focal, value / PERCENT);
  }

  #set(input) {
    if (input.name === "aspect") this.#wanted.aspect(input.value);
    if (input.type === "checkbox") this.#wanted.filter(input.dataset.filter, input.checked, null);
    if (input.dataset.side && Number.isFinite(input.valueAsNumber)) {
      const value = input.valueAsNumber / PERCENT;
      this.#wanted.frame((box, shares) => renumbered(box, input.dataset.side, value, shares));
    }
    this.#wanted.done();
  }

  #pressed(button) {
    if (button?.dataset.turn) this.#wanted.turn(button.dataset.turn);
    if (button?.dataset.reset) this.#wanted.reset(button.dataset.reset);
  }

  // frame: the crop as it is seen, size: its sides in px, focal: the point as it is seen.
  show(state, { frame, size, focal }) {
    for (const radio of this.#all("[name=aspect]")) radio.checked = radio.value === state.aspect;
    for (const input of this.#all("[data-side]")) input.value = shown(frame[input.dataset.side]);
    for (const input of this.#all("[data-filter]")) this.#showFilter(input, state.filters[input.dataset.filter]);
    for (const input of this.#all("[data-focal]")) this.#showRange(input, focal[input.dataset.focal], "%");
    const words = `${Math.round(size.width)} × ${Math.round(size.height)} px`;
    this.#dialog.querySelector("[data-editor=size]").textContent = words;
    const chosen = state.focal ? "You have set it." : "It is found by itself now.";
    this.#dialog.querySelector("[data-editor=focal-state]").textContent = chosen;
  }

  #all(selector) {
    return this.#dialog.querySelectorAll(selector);
  }

  #showFilter(input, value) {
    if (input.type === "checkbox") input.checked = value;
    else this.#showRange(input, value, "");
  }

  #showRange(input, value, unit) {
    const whole = Math.round(value * PERCENT);
    if (input.valueAsNumber !== whole) input.value = whole;
    const sign = input.min < 0 && whole > 0 ? "+" : "";
    input.closest(".editor-slider").querySelector("output").textContent = `${sign}${whole}${unit}`;
  }
}
