// Sends what changed, and only that. What went through is remembered, so that trying again sends the rest.
import { call } from "../api.js";
import { editsOf, focalOf, sameEdits, sameFocal, stateOf } from "./edits.js";

export class Saved {
  #url;

  constructor(fileId, metadata) {
    this.#url = `/api/upload/${encodeURIComponent(fileId)}`;
    this.#take(metadata);
  }

  #take(metadata) {
    this.metadata = metadata;
    this.state = stateOf(metadata);
  }

  words(words) {
    const changes = {};
    for (const name of ["alt_text", "caption"]) {
      // A text area has one kind of line end, whatever was stored.
      if (words[name].trim() !== this.metadata[name].replace(/\r\n?/g, "\n").trim()) changes[name] = words[name];
    }
    return changes;
  }

  differsFrom(state, words) {
    return !sameEdits(state, this.state) || !sameFocal(state, this.state) || Object.keys(this.words(words)).length > 0;
  }

  // Gives the FileMetadata as the server has it then. Raises a Problem.
  async save(state, words) {
    const changes = this.words(words);
    if (!sameFocal(state, this.state)) changes.focal_point = focalOf(state);
    if (Object.keys(changes).length) this.#take(await call("PATCH", `${this.#url}/metadata`, changes));
    if (!sameEdits(state, this.state)) {
      const edits = editsOf(state);
      this.#take(await (edits ? call("PUT", `${this.#url}/edits`, edits) : call("DELETE", `${this.#url}/edits`)));
    }
    return this.metadata;
  }
}
