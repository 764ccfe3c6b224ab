// A text in pieces: what is checked, cached and drawn as one, so that an edit costs little.

// A paragraph is one piece, or several where it is long, cut where a sentence ends.
const ENOUGH = 300;
const MOST = 1000;
const SENTENCE_END = /[。！？!?；;…][”’」』）)]*/gu;
export const CHINESE = /\p{Script=Han}/u;

// Where a piece begins in the text is not stored in it: an edit would move all that follow.
export class Piece {
  constructor(text) {
    this.text = text;
    this.errors = [];
    this.checked = !CHINESE.test(text);
  }
}

export function cut(text) {
  const pieces = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline + 1;
    cutParagraph(text.slice(start, end), pieces);
    start = end;
  }
  return pieces;
}

function cutParagraph(paragraph, pieces) {
  let start = 0;
  while (paragraph.length - start > MOST) {
    SENTENCE_END.lastIndex = start + ENOUGH;
    const found = SENTENCE_END.exec(paragraph);
    let end = found && found.index - start < MOST ? SENTENCE_END.lastIndex : start + MOST;
    // Not between the halves of a character such as an emoji.
    if (/[\udc00-\udfff]/.test(paragraph[end] ?? "")) end += 1;
    pieces.push(paragraph.slice(start, end));
    start = end;
  }
  pieces.push(paragraph.slice(start));
}

// The pieces of a new text: those that did not change stay the same objects. Returns the pieces
// and the range [from, to) of the old ones that were replaced by `added`.
export function replacePieces(old, text) {
  const texts = cut(text);
  const shorter = Math.min(old.length, texts.length);
  let from = 0;
  while (from < shorter && old[from].text === texts[from]) from += 1;
  let kept = 0;
  while (
    kept < shorter - from &&
    old[old.length - 1 - kept].text === texts[texts.length - 1 - kept]
  ) {
    kept += 1;
  }
  const to = old.length - kept;
  const added = texts.slice(from, texts.length - kept).map((each) => new Piece(each));
  if (added.length === 1 && to - from === 1) keepErrors(old[from], added[0]);
  return { pieces: [...old.slice(0, from), ...added, ...old.slice(to)], from, to, added };
}

// Underlines beside an edit stay until the answer comes, instead of flickering.
function keepErrors(before, after) {
  const shorter = Math.min(before.text.length, after.text.length);
  let head = 0;
  while (head < shorter && before.text[head] === after.text[head]) head += 1;
  let tail = 0;
  while (
    tail < shorter - head &&
    before.text[before.text.length - 1 - tail] === after.text[after.text.length - 1 - tail]
  ) {
    tail += 1;
  }
  const moved = after.text.length - before.text.length;
  for (const error of before.errors) {
    if (error.end <= head) after.errors.push(error);
    else if (error.start >= before.text.length - tail) {
      after.errors.push({ ...error, start: error.start + moved, end: error.end + moved });
    }
  }
}
