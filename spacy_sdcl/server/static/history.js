// Undo and redo of everything: typing, accepted corrections, ignored and protected words.
// A textarea's own undo forgets what a script changed, so the page keeps states of its own.

const MOST = 300;
const PAUSE = 900;

export class History {
  constructor(state) {
    this.current = state;
    this.undoable = [];
    this.redoable = [];
    this.typedAt = -Infinity;
  }

  // A new state; what is typed without a pause is one step.
  push(state, { typed = false } = {}) {
    const now = performance.now();
    const goesOn = typed && now - this.typedAt < PAUSE && this.undoable.length > 0;
    if (!goesOn) this.undoable.push(this.current);
    if (this.undoable.length > MOST) this.undoable.shift();
    this.typedAt = typed ? now : -Infinity;
    this.redoable = [];
    this.current = state;
  }

  undo() {
    return this.move(this.undoable, this.redoable);
  }

  redo() {
    return this.move(this.redoable, this.undoable);
  }

  move(from, to) {
    if (!from.length) return null;
    to.push(this.current);
    this.current = from.pop();
    this.typedAt = -Infinity;
    return this.current;
  }
}
