// Thrown where a picture cannot go the way that was tried, and may go another; isForAll: nor would others.
export class NotThisWay extends Error {
  constructor({ isForAll }) {
    super("not this way");
    this.isForAll = isForAll;
  }
}
