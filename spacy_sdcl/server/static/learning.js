// Learning from files: for everybody who uses the server, where it was started so.

import * as desk from "./desk.js";
import { Refused, inBase64, kindOf, openDocument, post } from "./documents.js";
import { askForColumns } from "./opening.js";
import { changed, excerpt, fill, line } from "./sidebar.js";
import { percent, say } from "./strings.js";

// So many are listed, the most frequent first.
const LISTED = 200;

const find = (id) => document.getElementById(id);
const { info, tell, warn } = desk;
const busy = (seconds) => warn("busy", seconds);

// All words that are known, and what came of the last lesson.
let learned = { count: 0, words: [] };
let lesson = null;

export async function start() {
  find("learning").hidden = !info.learning;
  if (!info.learning) return;
  const response = await fetch("api/learned").catch(() => null);
  if (response?.ok) ({ learned } = await response.json());
  show();
}

export function show() {
  const fresh = new Set(lesson?.new.words.map(({ word }) => word));
  // What is new is what somebody has to look through.
  const words = [...learned.words].sort((one, other) => fresh.has(other.word) - fresh.has(one.word));
  const chips = words.slice(0, LISTED).map((each) => chip(each, fresh.has(each.word)));
  fill(find("learned"), chips, learned.count);
  find("lesson").hidden = !lesson;
  if (!lesson) return;
  find("lesson-said").textContent = sayLesson();
  const doubted = lesson.doubted.slice(0, LISTED).map(doubt);
  fill(find("doubted"), doubted, lesson.doubted.length);
}

function sayLesson() {
  return say("lesson", lesson.characters.toLocaleString(), lesson.new.count.toLocaleString());
}

function chip({ word, times }, isNew) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  button.setAttribute("aria-label", say("forget", word));
  button.addEventListener("click", () => forget(word));
  const often = times ? [Object.assign(document.createElement("small"), { textContent: times })] : [];
  return line(isNew ? "chip new" : "chip", word, ...often, button);
}

function doubt({ source, target, times, score, sentence }) {
  const start = Math.max(0, sentence.indexOf(source));
  const words = document.createElement("span");
  words.append(...excerpt(sentence, start, start + source.length, ...changed(source, target)));
  const said = Object.assign(document.createElement("span"), {
    className: "score",
    textContent: `${say("times", times)} · ${percent(score)}`,
  });
  const item = line("doubt", words, said);
  item.title = sentence;
  return item;
}

export async function learnFrom(files) {
  const { max_bytes: most, max_files: mostFiles } = info.learning;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (files.length > mostFiles) return warn("tooManyFiles", mostFiles);
  if (size > most) return warn("filesTooLarge", Math.floor(most / 1e6));
  warn(null);
  await change(async () => {
    const given = [];
    for (const file of files) {
      const columns = await columnsOf(file);
      if (!columns) return tell("");
      given.push({ name: file.name, content: await inBase64(file), columns });
    }
    tell(say("learningNow", files.length));
    const response = await post("api/learn", { files: given }, busy);
    lesson = await response.json();
    ({ learned } = lesson);
    tell(sayLesson());
  });
}

async function forget(word) {
  if (!confirm(say("forgetAsk", word))) return;
  await change(async () => {
    const response = await post("api/forget", { words: [word] }, busy);
    ({ learned } = await response.json());
    tell(say("forgotten", word));
  });
}

// One at a time, and the text that is here shows at once what it has changed.
async function change(make) {
  find("learn").disabled = true;
  try {
    await make();
    warn(null);
    show();
    desk.checkAgain();
  } catch (error) {
    tell("");
    if (error.message) warn("notLearned", error.message);
    else warn("away");
  }
  find("learn").disabled = false;
}

// Of a table: those that the user names, null if none are. The server says which there are.
async function columnsOf(file) {
  const kind = kindOf(file.name, info.documents);
  if (!info.documents.with_columns.includes(kind)) return [];
  let columns = [];
  for (;;) {
    try {
      await openDocument(file, kind, columns, busy);
      return columns;
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 400) throw error;
      columns = await new Promise((done) => askForColumns(file, error.message, done));
      if (!columns) return null;
    }
  }
}
