// The order of a gig's pictures: kept at the server as the page shows it, or put back as it was.
import { call } from "../api.js";

export class Order {
  // list: the element with the tiles; url: of the gig's pictures in the API; isBusy(): pictures are on their way,
  // which a new order would take out again, so that it waits for them; onFailed(problem).
  constructor(list, url, { isBusy, onFailed }) {
    Object.assign(this, { list, url, isBusy, onFailed });
    this.kept = this.tiles();
    this.saving = null;
  }

  tiles() {
    return [...this.list.querySelectorAll("[data-file-id]")];
  }

  // A picture that came in by itself stands at the gig's end already.
  came(tile) {
    this.kept.push(tile);
  }

  get isKept() {
    return sameOrder(this.tiles(), this.kept);
  }

  // Gives whether the server has the order that is shown now. What changes meanwhile is saved after it.
  save() {
    this.saving ??= this.saveAll().finally(() => {
      this.saving = null;
    });
    return this.saving;
  }

  async saveAll() {
    while (!this.isKept && !this.isBusy()) {
      const wanted = this.tiles();
      try {
        await call("PUT", this.url, { file_ids: wanted.map((tile) => tile.dataset.fileId) });
      } catch (problem) {
        this.putBack();
        this.onFailed(problem);
        return false;
      }
      this.kept = wanted;
    }
    return this.isKept;
  }

  putBack() {
    for (const tile of this.tiles()) tile.remove();
    this.list.prepend(...this.kept);
  }
}

function sameOrder(one, other) {
  return one.length === other.length && one.every((tile, place) => tile === other[place]);
}
