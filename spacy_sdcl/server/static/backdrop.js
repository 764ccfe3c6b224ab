// The layer behind the textarea that draws the underlines.
//
// Why a textarea over a backdrop: the browser itself does everything about typing (input methods,
// selection, touch, screen readers), and what is drawn never touches it. An editable element with
// the CSS Custom Highlight API would need no second layer, but loses plain-text paste, undo and
// composition in browsers that are still in use. Both layers have the same font, width and rules
// of wrapping, and the textarea grows with the backdrop, so that only the paper around them scrolls.

export class Backdrop {
  constructor(root) {
    this.root = root;
    this.places = new WeakMap();
    // A line feed at the very end opens a line in the textarea, but not here.
    this.end = document.createTextNode("\u200b");
    root.append(this.end);
  }

  // Draws `added` in the place of `old`, before `next` (undefined at the end).
  replace(old, added, next) {
    const elements = added.map((piece) => this.draw(piece));
    (next ? next.element : this.end).before(...elements);
    for (const piece of old) piece.element.remove();
  }

  draw(piece) {
    const element = document.createElement("span");
    this.fill(element, piece);
    piece.element = element;
    return element;
  }

  redraw(piece) {
    piece.element.replaceChildren();
    this.fill(piece.element, piece);
  }

  fill(element, piece) {
    let end = 0;
    for (const error of piece.shown ?? piece.errors) {
      element.append(piece.text.slice(end, error.start));
      const mark = document.createElement("mark");
      mark.textContent = piece.text.slice(error.start, error.end);
      if (error.source === error.target) mark.className = "flagged";
      this.places.set(mark, { piece, error });
      error.mark = mark;
      element.append(mark);
      end = error.end;
    }
    element.append(piece.text.slice(end));
  }

  // The mark under a point. The textarea lies above and has the pointer.
  at(x, y) {
    const mark = document.elementsFromPoint(x, y).find((each) => this.places.has(each));
    return mark ? this.places.get(mark) : null;
  }
}
