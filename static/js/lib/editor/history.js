// The states of the picture, newest last, to go back through.

export class History {
  #past = [];
  #kind = null;

  constructor(state) {
    this.state = state;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  // Steps of the same kind in a row are one step, until `seal` is called: a slider on its way is not many changes.
  push(state, kind = null) {
    if (kind === null || kind !== this.#kind) this.#past.push(this.state);
    this.#kind = kind;
    this.state = state;
  }

  seal() {
    this.#kind = null;
  }

  undo() {
    this.#kind = null;
    if (this.#past.length) this.state = this.#past.pop();
    return this.state;
  }
}
