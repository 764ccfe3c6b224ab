// What the browser keeps between visits: protected words and the language. Never a text.

const PREFIX = "spacy_sdcl.";

export function load(name, fallback) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function save(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Private windows may have no storage: then it lasts as long as the page.
  }
}
