// Documents: the server reads them and gives them back; the page keeps their bytes meanwhile.

const BUSY = [429, 503];

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// The kind of a file that the server reads, by its name; undefined for plain text.
export function kindOf(name, documents) {
  return documents?.kinds[name.toLowerCase().match(/\.[^.]+$/)?.[0]];
}

export function correctedName(name) {
  return name.replace(/(\.[^.]+)?$/, ".corrected$1");
}

// What was not answered; `status` is undefined where the server is away.
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

// What the page shows of a document, and what it needs to have it back. `busy` is called with the
// seconds until the next try.
export async function openDocument(file, kind, columns, busy) {
  const content = await inBase64(file);
  const response = await post("api/document", { name: file.name, content, columns, check: false }, busy);
  const { passages } = await response.json();
  const texts = passages.map(({ text }) => visible(text));
  return { name: file.name, kind, content, columns, texts };
}

// A textarea has no carriage returns, and what stands for a picture or a formula cannot be seen.
function visible(text) {
  return text.replaceAll("\r", " ").replaceAll("\ufffc", "▢");
}

export function textOf(document) {
  return document.texts.join("\n");
}

export async function writeDocument({ name, content, columns }, changes, busy) {
  const response = await post("api/document/corrected", { name, content, columns, changes }, busy);
  return response.blob();
}

// A text that only accepted candidates have changed has the characters of the document, one for
// one. `accepted` says of each place, in characters, what could have stood there.
export function changesOf(document, text, accepted) {
  const details = new Map(accepted.map((each) => [each.at, each]));
  const now = [...text];
  const changes = [];
  let at = 0;
  document.texts.forEach((passage, id) => {
    let start = 0;
    for (const source of passage) {
      const end = start + source.length;
      const target = now[at];
      if (target !== source) {
        const { candidates = [] } = details.get(at) ?? {};
        const score = candidates.find((each) => each.target === target)?.score;
        changes.push({ passage: id, start, end, source, target, score, candidates });
      }
      start = end;
      at += 1;
    }
    // The line feed between two passages.
    at += 1;
  });
  return changes;
}

export async function post(path, body, busy) {
  for (;;) {
    let response;
    try {
      response = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    } catch {
      throw new Refused("");
    }
    if (response.ok) return response;
    if (!BUSY.includes(response.status)) {
      const answer = await response.json().catch(() => ({}));
      throw new Refused(answer.error ?? String(response.status), response.status);
    }
    const seconds = Number(response.headers.get("Retry-After")) || 2;
    busy(seconds);
    await wait(seconds * 1000);
  }
}

export function inBase64(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => failed(new Refused(String(reader.error)));
    reader.readAsDataURL(file);
  });
}
