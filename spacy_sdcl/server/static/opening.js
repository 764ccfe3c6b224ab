// Files into the page, and out of it.

import * as desk from "./desk.js";
import { correctedName, kindOf, openDocument, textOf, writeDocument } from "./documents.js";
import { download, readText } from "./files.js";
import { say } from "./strings.js";

const find = (id) => document.getElementById(id);
const { info, tell, warn } = desk;

const NO_FILE = { name: "text.txt", newline: "\n" };

let file = NO_FILE;
let saved = "";
// The file that is being opened, of several the last one; and what is done with the columns that are
// asked for.
let opening = null;
let answered = null;

export function openFile(chosen) {
  opening = chosen;
  answerColumns(null);
  const kind = kindOf(chosen.name, info.documents);
  return kind ? openAsDocument(chosen, kind, []) : openAsText(chosen);
}

function put(text, document) {
  desk.change({ text, document, caret: 0, accepted: [], ignored: new Set() });
  desk.paper.scrollTop = 0;
  saved = text;
}

async function openAsDocument(chosen, kind, columns) {
  const { max_bytes: most, with_columns: tables } = info.documents;
  if (chosen.size > most) return warn("fileTooLarge", chosen.name, Math.floor(most / 1e6));
  warn(null);
  tell(say("opening", chosen.name));
  try {
    const found = await openDocument(chosen, kind, columns, (seconds) => warn("busy", seconds));
    if (opening !== chosen) return;
    file = NO_FILE;
    warn(null);
    put(textOf(found), found);
    if (found.texts.length) tell(say("opened", chosen.name));
    else warn("noPassages", chosen.name);
  } catch (error) {
    if (opening !== chosen) return;
    tell("");
    if (error.status === 400 && tables.includes(kind)) {
      const then = (names) => names && openAsDocument(chosen, kind, names);
      askForColumns(chosen, error.message, then);
    } else if (error.message) warn("notOpened", chosen.name, error.message);
    else warn("away");
  }
}

// Of a table it has to be said what is text in it. `then` is called with the columns, or with null
// where nobody answers.
export function askForColumns(chosen, said, then) {
  answerColumns(null);
  answered = then;
  find("columns").hidden = false;
  find("columns-asked").textContent = say("columns", chosen.name);
  find("columns-said").textContent = said;
  find("columns-new").focus();
}

async function openAsText(chosen) {
  const limit = info.max_characters;
  const tooLong = () => warn("fileTooLong", chosen.name, limit.toLocaleString());
  // A character has at most four bytes, so this one is over the limit whatever is in it.
  if (chosen.size > 4 * limit) return tooLong();
  const read = await readText(chosen);
  if (opening !== chosen) return;
  if (!read) return warn("notText", chosen.name);
  const text = read.text.replace(/\r\n?/g, "\n");
  if (desk.count(text) > limit) return tooLong();
  file = { name: chosen.name, newline: read.text.includes("\r\n") ? "\r\n" : "\n" };
  put(text, null);
  tell(say("opened", chosen.name));
  if (read.encoding !== "utf-8") warn("encoding", chosen.name, read.encoding);
}

export function result() {
  saved = desk.currentText();
  return saved.replaceAll("\n", file.newline);
}

export function isSaved() {
  return desk.currentText() === saved;
}

export function clear() {
  file = NO_FILE;
  opening = null;
  answerColumns(null);
  desk.change({ text: "", document: null, caret: 0, accepted: [], ignored: new Set() });
}

// Null takes the question away.
export function answerColumns(columns) {
  const then = answered;
  answered = null;
  find("columns").hidden = true;
  const names = columns?.split(/[,，、]/).map((each) => each.trim());
  then?.(names?.filter(Boolean) ?? null);
}

export function downloadFile() {
  const opened = desk.currentDocument();
  if (opened) return downloadDocument(opened);
  download(new Blob([result()], { type: "text/plain;charset=utf-8" }), file.name);
  tell(say("downloaded", file.name));
}

async function downloadDocument(opened) {
  const name = correctedName(opened.name);
  const text = desk.currentText();
  tell(say("writing", name));
  try {
    const changes = desk.currentChanges();
    const blob = await writeDocument(opened, changes, (seconds) => warn("busy", seconds));
    warn(null);
    download(blob, name);
    saved = text;
    tell(say("downloaded", name));
  } catch (error) {
    tell("");
    if (error.message) warn("notWritten", name, error.message);
    else warn("away");
  }
}
