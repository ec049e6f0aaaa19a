// The one big picture with its facts, and the next one's picture fetched ahead.
import { relativeTimes } from "../times.js";

const CONTROLS = ["[data-do=approve] button", "details.reject > summary", "[data-skip]", "[data-undo]"];

export function startStage(stage) {
  let ahead = null; // kept, so that it is not thrown away while it loads

  // row: an element of the list whose template holds what is shown; null for none
  function show(row) {
    const held = CONTROLS.find((selector) => stage.querySelector(selector)?.matches(":focus"));
    if (!row) {
      stage.replaceChildren();
      return;
    }
    stage.replaceChildren(document.importNode(row.querySelector("template").content, true));
    for (const part of stage.querySelectorAll("[data-scripted]")) part.hidden = false;
    relativeTimes(stage);
    // Who works with the buttons goes on with the same button.
    if (held) (stage.querySelector(held) ?? stage.querySelector("h2")).focus({ preventScroll: true });
  }

  function preload(row) {
    const picture = row?.querySelector("template").content.querySelector("picture");
    ahead = picture ? document.importNode(picture, true) : null;
    return ahead;
  }

  return { show, preload };
}
