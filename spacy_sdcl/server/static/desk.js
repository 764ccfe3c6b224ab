// The text, what the server finds in it, and what the user decides. app.js has the events.

import { Backdrop } from "./backdrop.js";
import { Checks } from "./checks.js";
import { changesOf } from "./documents.js";
import { History } from "./history.js";
import { replacePieces } from "./pieces.js";
import { Popup } from "./popup.js";
import { describe, showAccepted, showDocument, showErrors, showProtected } from "./sidebar.js";
import { load, save } from "./store.js";
import { say } from "./strings.js";
import { wordAround } from "./words.js";

const find = (id) => document.getElementById(id);
export const textarea = find("text");
export const paper = find("paper");

// Everything that undo brings back. Replaced as a whole, never changed in place.
// `document` is what documents.js has opened, null for a text that is written here.
let state = {
  text: "",
  ignored: new Set(),
  protect: load("protect", []),
  accepted: [],
  caret: 0,
  document: null,
};
const history = new History(state);
// So long nothing is checked after a key of an input method.
const COMPOSING = 10_000;
const LISTS_PAUSE = 200;
// What the server allows; it is asked before anything is checked.
export const info = { threshold: 0, thresholds: {}, max_characters: Infinity, max_phrases: 1000 };
// Null for the server's own.
let threshold = null;
let pieces = [];

export const backdrop = new Backdrop(find("backdrop"));
const checks = new Checks(
  {
    pieces: () => pieces,
    settings: () => ({ threshold, protect: state.protect }),
    startAt: () => Math.max(0, pieceAt(textarea.selectionStart)),
  },
  { result, progress, trouble },
);
export const popup = new Popup(find("popup"), paper, {
  accept,
  ignore,
  protect: (place, word) => protect(word),
  closed: () => textarea.focus({ preventScroll: true }),
});

function pieceAt(offset) {
  let end = 0;
  return pieces.findIndex((piece) => (end += piece.text.length) > offset);
}

function startOf(piece) {
  let start = 0;
  for (const each of pieces) {
    if (each === piece) return start;
    start += each.text.length;
  }
  return start;
}

// The errors that are to be decided on, in the order of the text.
function places() {
  return pieces.flatMap((piece) => piece.shown.map((error) => ({ piece, error })));
}

// An ignored error is known by its neighbours, so that it stays ignored when the text moves.
function nameOf({ piece, error }) {
  const around = piece.text.slice(Math.max(0, error.start - 2), error.end + 2);
  return JSON.stringify([around, error.source]);
}

function hideIgnored(piece) {
  piece.shown = piece.errors.filter((error) => !state.ignored.has(nameOf({ piece, error })));
}

const length = (text) => [...text].length;

export function count(text) {
  return text.length <= info.max_characters ? text.length : length(text);
}

function drawText() {
  popup.close();
  const change = replacePieces(pieces, state.text);
  change.added.forEach(hideIgnored);
  backdrop.replace(pieces.slice(change.from, change.to), change.added, pieces[change.to]);
  pieces = change.pieces;
  // What was said of the text before holds no longer.
  tell("");
  if (change.added.some((piece) => !piece.checked)) tellChecks("");
  const characters = count(state.text);
  find("count-characters").textContent = characters.toLocaleString();
  checks.stopped = characters > info.max_characters;
  if (checks.stopped) {
    warn("tooLong", characters.toLocaleString(), info.max_characters.toLocaleString());
  } else warn(null);
}

function redraw(piece) {
  const open = popup.isOpen && popup.place.piece === piece ? popup.place.error : null;
  hideIgnored(piece);
  backdrop.redraw(piece);
  if (!open) return;
  const same = piece.shown.find((each) => each.start === open.start && each.source === open.source);
  if (same) openPopup({ piece, error: same }, { focus: find("popup").contains(document.activeElement) });
  else popup.close();
}

function showLists() {
  showDocument(state.document, textarea);
  showErrors(places(), (place) => openPopup(place, { focus: true }));
  showAccepted(state.accepted);
  showProtected(state.protect, unprotect);
  find("undo").disabled = !history.undoable.length;
  find("redo").disabled = !history.redoable.length;
}

// While typing, the lists can wait: drawing them takes longer than drawing a character.
let due = null;
export function showListsSoon(delay = 0) {
  clearTimeout(due);
  due = setTimeout(showLists, delay);
}

function result(piece) {
  redraw(piece);
  showListsSoon();
}

// What was done; it has a place of its own, where a check that ends behind it does not hide it.
export function tell(text) {
  find("said").textContent = text;
}

function tellChecks(text) {
  find("status").textContent = text;
}

// A message that stays until the next change; null takes it away.
export function warn(name, ...values) {
  const element = find("alert");
  element.textContent = name === "message" ? values[0] : name ? say(name, ...values) : "";
  element.hidden = !name;
}

function progress(left) {
  if (left) tellChecks(say("checking", left.toLocaleString()));
  else tellChecks(left === null || !state.text ? "" : say("checked", places().length));
}

// A message about the server goes when the server answers; others are left alone.
let troubled = false;
function trouble(name, value) {
  if (name || troubled) warn(name, value);
  troubled = name !== null;
}

// A change by the user or by a button; `typed` is what the textarea has already.
export function change(changes, { typed = false } = {}) {
  const before = state;
  state = { ...state, ...changes };
  history.push(state, { typed });
  show(before, { typed });
}

function show(before, { typed = false } = {}) {
  if (state.document !== before.document) showDocument(state.document, textarea);
  if (state.text !== before.text) {
    if (!typed) {
      textarea.value = state.text;
      textarea.setSelectionRange(state.caret, state.caret);
    }
    drawText();
    checks.soon(typed ? undefined : 0);
  }
  if (state.ignored !== before.ignored) {
    pieces.filter((piece) => piece.errors.length).forEach(redraw);
  }
  if (state.protect !== before.protect) {
    save("protect", state.protect);
    checks.review();
  }
  showListsSoon(typed ? LISTS_PAUSE : 0);
}

function accept(place, target) {
  const start = startOf(place.piece) + place.error.start;
  const end = start + place.error.source.length;
  popup.close({ refocus: true });
  change({
    text: state.text.slice(0, start) + target + state.text.slice(end),
    caret: start + target.length,
    accepted: [...state.accepted, describe(place, target, length(state.text.slice(0, start)))],
  });
  tell(say("acceptedOne", place.error.source, target));
}

export function acceptAll() {
  const accepted = [...state.accepted];
  let text = "";
  let first = 0;
  for (const piece of pieces) {
    let end = 0;
    for (const error of piece.shown.filter((each) => each.source !== each.target)) {
      text += piece.text.slice(end, error.start) + error.target;
      end = error.end;
      const at = first + length(piece.text.slice(0, error.start));
      accepted.push(describe({ piece, error }, error.target, at));
    }
    text += piece.text.slice(end);
    first += length(piece.text);
  }
  const changed = accepted.length - state.accepted.length;
  popup.close();
  change({ text, accepted, caret: Math.min(textarea.selectionStart, text.length) });
  tell(say("acceptedAll", changed));
  textarea.focus();
}

function ignore(place) {
  popup.close({ refocus: true });
  change({ ignored: new Set([...state.ignored, nameOf(place)]) });
  tell(say("ignored", place.error.source));
}

export function protect(word) {
  const wanted = word.trim();
  if (!wanted) return;
  popup.close({ refocus: true });
  if (state.protect.length >= info.max_phrases) return warn("tooManyPhrases", info.max_phrases);
  if (!state.protect.includes(wanted)) change({ protect: [...state.protect, wanted] });
  tell(say("protectedOne", wanted));
}

function unprotect(word) {
  change({ protect: state.protect.filter((each) => each !== word) });
  tell(say("unprotected", word));
}

export function openPopup(place, { focus }) {
  // The list may be older than the text by a moment.
  if (!pieces.includes(place.piece)) return;
  place.error.mark.scrollIntoView({ block: "nearest" });
  // The caret, not a selection, which the next key would replace.
  const end = startOf(place.piece) + place.error.end;
  if (focus) textarea.setSelectionRange(end, end);
  const word = wordAround(place.piece.text, place.error.start, place.error.end);
  popup.open(place, { word, threshold: threshold ?? info.threshold, focus });
}

export function step(forward) {
  const all = places();
  if (!all.length) return tell(say("noErrors"));
  const starts = all.map(({ piece, error }) => startOf(piece) + error.start);
  const open = popup.isOpen ? startOf(popup.place.piece) + popup.place.error.start : null;
  const from = open ?? textarea.selectionStart;
  let next = forward
    ? starts.findIndex((start) => (open === null ? start >= from : start > from))
    : starts.findLastIndex((start) => start < from);
  if (next < 0) next = forward ? 0 : all.length - 1;
  openPopup(all[next], { focus: true });
}

export function openAtCaret() {
  const caret = textarea.selectionStart;
  const place = places().find(({ piece, error }) => {
    const start = startOf(piece);
    return start + error.start <= caret && caret <= start + error.end;
  });
  if (place) openPopup(place, { focus: true });
}

export function move(direction) {
  const before = state;
  const found = direction === "undo" ? history.undo() : history.redo();
  if (!found) return;
  state = found;
  show(before);
  tell(say(direction === "undo" ? "undone" : "redone"));
}

export const currentText = () => state.text;
export const currentDocument = () => state.document;
export const currentChanges = () => changesOf(state.document, state.text, state.accepted);

// While an input method is at work only the layer behind follows; nothing is checked or recorded.
export function compose(text) {
  state = { ...state, text };
  drawText();
  checks.soon(COMPOSING);
}

export function endComposition() {
  state = { ...state, text: textarea.value, caret: textarea.selectionStart };
  drawText();
  history.push(state, { typed: true });
  checks.soon();
  showListsSoon();
}

export function setThreshold(value) {
  threshold = value;
  popup.close();
  checks.review();
}

// After the server has learnt: the same text may be right now, or wrong.
export function checkAgain() {
  popup.close();
  checks.relearn();
}

export function start(found) {
  Object.assign(info, found);
  checks.stopped = false;
  // A browser may have kept what was typed before a reload.
  if (textarea.value !== state.text) change({ text: textarea.value, caret: 0 }, { typed: true });
  else drawText();
}
