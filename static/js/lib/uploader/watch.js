// Calls back when nothing was heard for too long.

const STALLED = 90_000; // ms without a sign from the other side

export class Watch {
  constructor(callback) {
    this.callback = callback;
    this.alive();
  }

  alive() {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.callback, STALLED);
  }

  end() {
    clearTimeout(this.timer);
  }
}
