// Counts, the list of errors, what was changed, the protected words, and the document.

import { percent, say } from "./strings.js";

// So many are listed: nobody reads on, and each costs the browser something.
const LISTED = 200;
const AROUND = 4;

const find = (id) => document.getElementById(id);

export function excerpt(text, start, end, ...middle) {
  const before = text.slice(Math.max(0, start - AROUND), start).replace(/\n/g, " ");
  const after = text.slice(end, end + AROUND).replace(/\n/g, " ");
  return [before, ...middle, after];
}

export function changed(source, target) {
  const pair = [Object.assign(document.createElement("del"), { textContent: source })];
  if (target !== source) {
    pair.push(Object.assign(document.createElement("ins"), { textContent: target }));
  }
  return pair;
}

export function fill(list, items, count) {
  if (count > items.length) items.push(line("more", say("more", count - items.length)));
  if (!count) items.push(line("none", say("none")));
  list.replaceChildren(...items);
}

export function line(className, ...content) {
  const item = Object.assign(document.createElement("li"), { className });
  item.append(...content);
  return item;
}

// `places` is a list of {piece, error}; `open` is called with the one that was chosen.
export function showErrors(places, open) {
  const items = places.slice(0, LISTED).map((place) => {
    const { piece, error } = place;
    const button = Object.assign(document.createElement("button"), { type: "button" });
    const words = document.createElement("span");
    words.append(...excerpt(piece.text, error.start, error.end, ...changed(error.source, error.target)));
    const score = Object.assign(document.createElement("span"), {
      className: "score",
      textContent: percent(error.score),
    });
    button.append(words, score);
    button.addEventListener("click", () => open(place));
    return line("", button);
  });
  fill(find("errors"), items, places.length);
  const sure = places.filter(({ error }) => error.source !== error.target).length;
  find("count-errors").textContent = places.length.toLocaleString();
  find("accept-all").disabled = !sure;
  find("accept-all").textContent = say("acceptAll", sure);
}

export function showAccepted(accepted) {
  const items = accepted
    .slice(-LISTED)
    .reverse()
    .map(({ before, source, target, after }) => line("", before, ...changed(source, target), after));
  fill(find("accepted"), items, accepted.length);
  find("count-accepted").textContent = accepted.length.toLocaleString();
}

export function showProtected(words, remove) {
  const items = words.map((word) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    button.setAttribute("aria-label", say("removeProtected", word));
    button.addEventListener("click", () => remove(word));
    return line("chip", word, button);
  });
  fill(find("protected"), items, words.length);
}

// What is said of a document. Its text cannot be written in: its places in the file would be lost.
export function showDocument(opened, textarea) {
  textarea.readOnly = opened !== null;
  find("note").hidden = opened === null;
  const note = opened?.kind === "docx" ? "wordNote" : "documentNote";
  find("note").textContent = opened ? say(note, opened.name) : "";
}

// What an accepted change looked like, for the list; and where in the text it is, in characters,
// and what else could have stood there.
export function describe({ piece, error }, target, at) {
  const [before, after] = excerpt(piece.text, error.start, error.end);
  const candidates = (error.candidates ?? []).map(({ target, score }) => ({ target, score }));
  return { before, source: error.source, target, after, at, candidates };
}
