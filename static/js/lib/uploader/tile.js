// One picture on its way in, as people see it.
import { accepted } from "./limits.js";

const WORDS = { queued: "Waits for its turn", uploading: "Uploading", checking: "Checking", ready: "Ready" };

export class UploadTile {
  constructor(item, { known, onRetry, onDrop }) {
    this.known = known;
    this.element = document.getElementById("uploading").content.firstElementChild.cloneNode(true);
    this.preview = URL.createObjectURL(item.file);
    this.find("[data-name]").textContent = item.file.name;
    this.find(".progress").setAttribute("aria-label", `Upload of ${item.file.name}`);
    this.find("img").addEventListener("error", (event) => event.target.remove()); // it is no picture
    this.find("img").src = this.preview;
    this.find("[data-retry]").addEventListener("click", onRetry);
    this.find("[data-drop]").addEventListener("click", onDrop);
    this.show(item);
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  show(item) {
    const percent = Math.round(item.sent * 100);
    const over = item.state === "refused" || item.state === "failed";
    this.element.dataset.state = item.state;
    this.find(".progress").setAttribute("aria-valuenow", percent);
    this.find(".done").setAttribute("stroke-dasharray", item.state === "checking" ? "25 100" : `${percent} 100`);
    this.find("[data-percent]").textContent = ["uploading", "offline"].includes(item.state) ? `${percent}%` : "";
    this.find("[data-words]").textContent = this.words(item);
    this.find("[data-retry]").hidden = item.state !== "failed" && item.state !== "offline";
    this.find("[data-drop]").textContent = over ? "Dismiss" : "Cancel";
  }

  words(item) {
    if (item.state === "waiting") return `Too many at once. This one goes on by itself in ${item.seconds} seconds.`;
    if (item.state === "offline") return "Waiting for the network. It goes on by itself.";
    if (!item.problem) return WORDS[item.state];
    return `${item.problem.words} ${accepted(item.problem, this.known)}`.trim();
  }

  // To be called when the local preview is shown nowhere any more.
  release() {
    URL.revokeObjectURL(this.preview);
  }
}
