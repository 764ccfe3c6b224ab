// Asks the server about the pieces that it has not seen yet, a few at a time.

import { CHINESE } from "./pieces.js";

const TYPING_PAUSE = 400;
// How often is looked whether the pause is over; it may become shorter meanwhile.
const TICK = 50;
const RETRY = 3000;
// Characters of one request: an answer in a fraction of a second, so that the page stays lively.
const AT_ONCE = 800;
const REMEMBERED = 5000;

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export class Checks {
  // `source` has pieces(), settings() and startAt(); `told` has result(piece), progress(left) and
  // trouble(name, value).
  constructor(source, told) {
    this.source = source;
    this.told = told;
    this.cache = new Map();
    this.running = false;
    this.stopped = false;
    this.lessons = 0;
    this.quietUntil = 0;
  }

  // Soon, when nothing has been typed for a moment.
  soon(delay = TYPING_PAUSE) {
    this.quietUntil = performance.now() + delay;
    if (!this.running) this.run();
  }

  // The settings changed: what was checked under others is checked again.
  review() {
    for (const piece of this.source.pieces()) {
      piece.checked = !CHINESE.test(piece.text) || piece.key === this.key(piece);
    }
    this.soon(150);
  }

  // The server has learnt: what it has said before holds no longer.
  relearn() {
    this.lessons += 1;
    this.review();
  }

  // What an answer depends on: only protected words that occur here matter.
  key(piece) {
    const { threshold, protect } = this.source.settings();
    const protectedHere = protect.filter((each) => piece.text.includes(each));
    return JSON.stringify([this.lessons, threshold, protectedHere, piece.text]);
  }

  async run() {
    this.running = true;
    for (;;) {
      while (performance.now() < this.quietUntil) await wait(TICK);
      const batch = this.stopped ? [] : this.nextBatch();
      if (!batch.length) break;
      await this.ask(batch);
    }
    this.running = false;
    this.told.progress(this.stopped ? null : 0);
  }

  nextBatch() {
    const pieces = this.source.pieces();
    const first = this.source.startAt();
    const batch = [];
    let characters = 0;
    let left = 0;
    for (let i = 0; i < pieces.length; i += 1) {
      const piece = pieces[(first + i) % pieces.length];
      if (piece.checked) continue;
      const known = this.cache.get(this.key(piece));
      if (known) {
        this.apply(piece, known);
        continue;
      }
      left += piece.text.length;
      if (!batch.length || characters + piece.text.length <= AT_ONCE) {
        batch.push(piece);
        characters += piece.text.length;
      }
    }
    if (left) this.told.progress(left);
    return batch;
  }

  async ask(batch) {
    const keys = batch.map((piece) => this.key(piece));
    const { threshold, protect } = this.source.settings();
    // Half of a pair, as an input method may leave it for a moment, is no valid JSON.
    const paragraphs = batch.map(({ text }) => (text.toWellFormed ? text.toWellFormed() : text));
    let response;
    let answer;
    try {
      response = await fetch("api/paragraphs", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ paragraphs, threshold, protect }),
      });
      answer = await response.json();
    } catch {
      this.told.trouble("offline");
      return wait(RETRY);
    }
    if (response.status === 429 || response.status === 503) {
      const seconds = Number(response.headers.get("Retry-After")) || 2;
      this.told.trouble("busy", seconds);
      return wait(seconds * 1000);
    }
    if (response.ok) this.told.trouble(null);
    else this.told.trouble("message", answer.error ?? String(response.status));
    batch.forEach((piece, i) => {
      const errors = response.ok ? answer.paragraphs[i].corrections : [];
      if (response.ok) this.remember(keys[i], errors);
      // The text or the settings may be others by now: then this answer is not for them.
      if (this.key(piece) === keys[i]) this.apply(piece, errors);
    });
  }

  apply(piece, errors) {
    piece.key = this.key(piece);
    piece.checked = true;
    piece.errors = errors.map((each) => ({ ...each }));
    if (this.source.pieces().includes(piece)) this.told.result(piece);
  }

  remember(key, errors) {
    if (this.cache.size >= REMEMBERED) this.cache.delete(this.cache.keys().next().value);
    this.cache.set(key, errors);
  }
}
