// The page: connects keys, buttons and files with what they do.

import * as desk from "./desk.js";
import { copy } from "./files.js";
import * as learning from "./learning.js";
import * as opening from "./opening.js";
import { load, save } from "./store.js";
import { say, useLanguage } from "./strings.js";

const find = (id) => document.getElementById(id);
const { textarea, popup, info, tell, warn } = desk;

const RETRY = 3000;
const STEPS = 10;

let composing = false;

function connectText() {
  textarea.addEventListener("input", () => {
    if (composing) desk.compose(textarea.value);
    else desk.change({ text: textarea.value, caret: textarea.selectionStart }, { typed: true });
  });
  textarea.addEventListener("compositionstart", () => (composing = true));
  textarea.addEventListener("compositionend", () => {
    composing = false;
    desk.endComposition();
  });
  // Also from the browser's own menu.
  textarea.addEventListener("beforeinput", (event) => {
    const direction = { historyUndo: "undo", historyRedo: "redo" }[event.inputType];
    if (!direction) return;
    event.preventDefault();
    desk.move(direction);
  });
  textarea.addEventListener("click", (event) => {
    const place = desk.backdrop.at(event.clientX, event.clientY);
    if (place) desk.openPopup(place, { focus: false });
    else popup.close();
  });
  textarea.addEventListener("pointermove", (event) => {
    const over = desk.backdrop.at(event.clientX, event.clientY);
    textarea.style.cursor = over ? "pointer" : "";
  });
}

function connectKeys() {
  textarea.addEventListener("keydown", (event) => {
    if (!popup.isOpen || event.isComposing) return;
    if (event.key === "Escape") popup.close({ refocus: true });
    else if (event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      popup.focusables()[0].focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const action = keyAction(event);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function keyAction(event) {
  const { key, altKey, shiftKey, target } = event;
  if (altKey && key === "ArrowDown") return () => desk.step(true);
  if (altKey && key === "ArrowUp") return () => desk.step(false);
  if (key === "F8") return () => desk.step(!shiftKey);
  if (altKey && key === "Enter") return desk.openAtCaret;
  // In a field of its own, such as that for a protected word, undo is the browser's.
  if (!(event.ctrlKey || event.metaKey) || altKey || target instanceof HTMLInputElement) return null;
  if (key.toLowerCase() === "z") return () => desk.move(shiftKey ? "redo" : "undo");
  if (key.toLowerCase() === "y") return () => desk.move("redo");
  return null;
}

function connectButtons() {
  const onClick = (id, action) => find(id).addEventListener("click", action);
  onClick("undo", () => desk.move("undo"));
  onClick("redo", () => desk.move("redo"));
  onClick("accept-all", desk.acceptAll);
  onClick("clear", () => {
    opening.clear();
    textarea.focus();
  });
  onClick("open", () => find("file").click());
  onClick("copy", async () => {
    const done = await copy(textarea, opening.result());
    tell(say(done ? "copied" : "cannotCopy"));
  });
  onClick("download", opening.downloadFile);
  onClick("language", () => {
    save("language", say("otherLang"));
    showLanguage();
  });
  find("protect-form").addEventListener("submit", (event) => {
    event.preventDefault();
    desk.protect(find("protect-new").value);
    find("protect-new").value = "";
    find("protect-new").focus();
  });
  find("columns").addEventListener("submit", (event) => {
    event.preventDefault();
    opening.answerColumns(find("columns-new").value);
  });
  onClick("columns-cancel", () => opening.answerColumns(null));
  document.addEventListener("pointerdown", (event) => {
    if (event.target !== textarea && !popup.root.contains(event.target)) popup.close();
  });
}

function connectLearning() {
  find("learn").addEventListener("click", () => find("learn-files").click());
  find("learn-files").addEventListener("change", (event) => {
    const chosen = [...event.target.files];
    event.target.value = "";
    if (chosen.length) learning.learnFrom(chosen);
  });
}

function connectFiles() {
  find("file").addEventListener("change", (event) => {
    const [chosen] = event.target.files;
    if (chosen) opening.openFile(chosen);
    // So that the same file can be chosen again.
    event.target.value = "";
  });
  const drop = find("drop");
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    drop.hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.hidden = true;
  });
  document.addEventListener("drop", (event) => {
    drop.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    opening.openFile(event.dataTransfer.files[0]);
  });
}

// From the careful threshold to the one that finds more; the server's own lies between or beyond.
function connectSlider() {
  const { careful = info.threshold, recall = info.threshold } = info.thresholds;
  const most = Math.max(careful, recall, info.threshold);
  const least = Math.min(careful, recall, info.threshold);
  const slider = find("threshold");
  const at = (value) => Math.round((most - ((most - least) * value) / STEPS) * 1000) / 1000;
  slider.max = STEPS;
  slider.disabled = most === least;
  slider.value = most === least ? 0 : Math.round(((most - info.threshold) / (most - least)) * STEPS);
  showThreshold = () => {
    const own = Number(slider.dataset.chosen ?? info.threshold);
    find("threshold-value").textContent = say("thresholdValue", own.toFixed(2));
    slider.setAttribute("aria-valuetext", say("thresholdValue", own.toFixed(2)));
  };
  slider.addEventListener("input", () => {
    slider.dataset.chosen = at(Number(slider.value));
    showThreshold();
    desk.setThreshold(at(Number(slider.value)));
  });
  showThreshold();
}

let showThreshold = () => {};

function showLanguage() {
  popup.close();
  useLanguage(load("language", "zh-CN"));
  const local = /^(localhost|127\.[\d.]+|\[::1\])$/.test(location.hostname);
  find("private").textContent = local ? say("private") : say("remote", location.host);
  find("language").textContent = say("other");
  find("language").lang = say("otherLang");
  showThreshold();
  desk.showListsSoon();
  learning.show();
}

async function askForInfo() {
  for (;;) {
    try {
      const response = await fetch("api/info");
      if (response.ok) return response.json();
    } catch {
      // Asked again below.
    }
    warn("offline");
    await new Promise((done) => setTimeout(done, RETRY));
  }
}

showLanguage();
connectText();
connectKeys();
connectButtons();
connectFiles();
connectLearning();
for (const [target, event] of [[window, "resize"], [window, "scroll"], [desk.paper, "scroll"]]) {
  target.addEventListener(event, () => popup.move(), { passive: true });
}
// Nothing is kept of a text but in the page.
window.addEventListener("beforeunload", (event) => {
  if (!opening.isSaved()) event.preventDefault();
});
const found = await askForInfo();
desk.start(found);
for (const id of ["file", "learn-files"]) {
  find(id).accept = ["text/*", ".txt", ...Object.keys(found.documents.kinds)].join();
}
learning.start();
connectSlider();
