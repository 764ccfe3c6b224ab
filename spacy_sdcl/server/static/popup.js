// The small window at an error: candidates with probabilities, reason, ignore, protect.

import { percent, say, sayReason } from "./strings.js";

const GAP = 6;
// Less likely characters would only lengthen the list.
const LEAST = 0.001;

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

export class Popup {
  // `actions` has accept(place, target), ignore(place), protect(place, word), closed(refocus).
  constructor(root, paper, actions) {
    this.root = root;
    this.paper = paper;
    this.actions = actions;
    this.place = null;
    root.addEventListener("keydown", (event) => this.onKey(event));
  }

  get isOpen() {
    return this.place !== null;
  }

  // `place` is {piece, error}, `word` what would be protected.
  open(place, { word, threshold, focus }) {
    this.place?.error.mark.classList.remove("current");
    this.place = place;
    const { error } = place;
    error.mark.classList.add("current");
    this.root.replaceChildren(
      this.title(error),
      make("p", { className: "reason", textContent: sayReason(error, threshold) }),
      this.candidates(error),
      this.others(word),
    );
    this.root.hidden = false;
    this.move();
    if (focus) this.focusables()[0].focus({ preventScroll: true });
  }

  title(error) {
    const title = make("h3", { id: "popup-title" }, say("errorTitle", error.source));
    const reading = error.pinyin?.[error.source];
    if (reading) title.append(" ", make("span", { className: "pinyin", textContent: reading }));
    return title;
  }

  candidates(error) {
    const isOffered = ({ target, score }) => target !== error.source && score >= LEAST;
    let offered = (error.candidates ?? []).filter(isOffered);
    if (error.target !== error.source && !offered.some((each) => each.target === error.target)) {
      offered = [{ target: error.target, score: error.score }, ...offered];
    }
    if (!offered.length) return make("p", { textContent: say("noCandidates") });
    const buttons = offered.map(({ target, score }, i) => {
      const bar = make("meter", { value: score, max: 1, ariaHidden: "true" });
      const button = make(
        "button",
        { type: "button", className: "candidate" },
        make("kbd", { textContent: i + 1 }),
        make("span", { className: "target", textContent: target }),
        make("span", { className: "pinyin", textContent: error.pinyin?.[target] ?? "" }),
        bar,
        make("span", { className: "score", textContent: percent(score) }),
      );
      button.addEventListener("click", () => this.actions.accept(this.place, target));
      return make("li", {}, button);
    });
    return make("ol", { className: "candidates" }, ...buttons);
  }

  others(word) {
    const ignore = make("button", { type: "button", textContent: say("ignore") });
    ignore.addEventListener("click", () => this.actions.ignore(this.place));
    const input = make("input", { type: "text", value: word, maxLength: 100 });
    input.setAttribute("aria-label", say("protectWord"));
    const protect = make("button", { type: "submit", textContent: say("protect") });
    const form = make("form", {}, input, protect);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.actions.protect(this.place, input.value);
    });
    return make("div", { className: "others" }, ignore, form);
  }

  // Below the mark, or above it where there is no room, and inside of the window.
  move() {
    if (!this.isOpen) return;
    const mark = this.place.error.mark.getBoundingClientRect();
    const { width, height } = this.root.getBoundingClientRect();
    const left = Math.max(GAP, Math.min(mark.left - 16, document.documentElement.clientWidth - width - GAP));
    const below = mark.bottom + GAP;
    const top = below + height > innerHeight && mark.top > height + GAP ? mark.top - GAP - height : below;
    Object.assign(this.root.style, { left: `${left}px`, top: `${top}px` });
    const paper = this.paper.getBoundingClientRect();
    this.root.classList.toggle("away", mark.bottom < paper.top || mark.top > paper.bottom);
  }

  close({ refocus = false } = {}) {
    if (!this.isOpen) return;
    const had = this.root.contains(document.activeElement);
    this.place.error.mark.classList.remove("current");
    this.place = null;
    this.root.hidden = true;
    if (refocus || had) this.actions.closed();
  }

  focusables() {
    return [...this.root.querySelectorAll("button, input")];
  }

  onKey(event) {
    if (event.isComposing) return;
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === "Escape") {
      event.preventDefault();
      this.close({ refocus: true });
    } else if (!event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const all = this.focusables();
      const step = event.key === "ArrowDown" ? 1 : all.length - 1;
      all[(all.indexOf(document.activeElement) + step) % all.length].focus();
    } else if (!typing && /^[1-9]$/.test(event.key)) {
      event.preventDefault();
      this.root.querySelectorAll(".candidate")[Number(event.key) - 1]?.click();
    }
  }
}
