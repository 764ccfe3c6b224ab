"""Corrections to look at: in notebooks and as pages, without scripts and with nothing from elsewhere.

Two styles: "ent" marks errors as displaCy marks entities; "diff" strikes what is wrong and puts the
correction beside it. A page is made of parts, so that one of any length can be written as it is made.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape as escape_markup
from typing import Any

from spacy import displacy
from spacy.tokens import Doc
from spacy.util import is_in_jupyter

from .spans import list_corrections

STYLES = ("ent", "diff")

STYLE = """<style>
.sdcl { --line: #d0d7de; --wrong: #b42318; --right: #067647; --mark: #e0f2e5; --flag: #9a6700;
  --faint: #59636e; font: 18px/1.8 system-ui, "Noto Sans CJK SC", sans-serif; color-scheme: light dark }
@media (prefers-color-scheme: dark) {
  .sdcl { --line: #3d444d; --wrong: #ff8a80; --right: #6ee7a8; --mark: #16382a; --flag: #e3b341;
    --faint: #9198a1 }
}
.sdcl { background: Canvas; color: CanvasText }
body.sdcl { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
.sdcl h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere }
.sdcl p { margin: 0; padding: .3rem 0; min-height: 1.8em; white-space: pre-wrap;
  overflow-wrap: anywhere }
.sdcl p[data-line] { position: relative; padding-left: 5em; border-bottom: 1px solid var(--line) }
.sdcl p[data-line]::before { content: attr(data-line); position: absolute; left: 0; width: 5em;
  text-align: right; white-space: nowrap; font-size: .8em; line-height: 2.25; color: var(--faint) }
.sdcl del { color: var(--wrong); text-decoration: line-through }
.sdcl ins { color: var(--right); background: var(--mark); text-decoration: none;
  border-radius: .2em; padding: 0 .15em; cursor: help }
.sdcl .flagged { color: inherit; background: none; cursor: help;
  text-decoration: underline wavy var(--flag); text-underline-offset: .25em }
.sdcl .summary { margin-top: 1.5rem; color: var(--faint) }
.sdcl mark.entity { color: CanvasText; background: var(--mark); padding: .25em .4em; margin: 0 .2em;
  border-radius: .35em; cursor: help }
.sdcl mark.entity span { color: var(--right); font-weight: bold; margin-left: .4em }
.sdcl mark.entity.flagged span { color: var(--flag) }
@media print {
  .sdcl { --line: #bbb; --wrong: #000; --right: #000; --mark: #fff; --flag: #000; --faint: #444;
    font-size: 11pt; color-scheme: only light; background: #fff; color: #000 }
  body.sdcl { max-width: none; margin: 0 }
  .sdcl p { break-inside: avoid }
  .sdcl ins { font-weight: bold; border-bottom: 1px solid #000 }
  .sdcl mark.entity { outline: 1px solid #000; color: #000 }
}
</style>"""

HEAD = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
{style}
</head>
<body class="sdcl">
"""
FOOT = '<p class="summary">{summary}</p>\n</body>\n</html>\n'

# As displaCy's own, without the spaces that it puts around a mark, and with a score on hover.
ENT = '<mark class="entity {kind}" title="{title}">{text}<span>{label}</span></mark>'


def render(
    docs: Doc | Iterable[Doc],
    style: str = "ent",
    page: bool = False,
    jupyter: bool | None = None,
    minify: bool = False,
) -> str | None:
    """Show what is wrong in Docs, and what it should be.

    docs (Doc | Iterable[Doc]): One or several Docs; `doc.user_data["title"]` is put above each.
    style (str): "ent", errors as displaCy marks entities, or "diff", what is wrong struck and the
        correction beside it. A score shows on hover.
    page (bool): Make a whole page.
    jupyter (bool): Show it in a notebook; None to find out whether there is one.
    minify (bool): Leave out needless white space between tags.
    RETURNS (str): HTML; None where it is shown in a notebook.
    RAISES (ValueError): If there is no such style.
    RAISES (TypeError): If something else than Docs is given.
    """
    if style not in STYLES:
        raise ValueError(f"style is {style!r}, must be one of {', '.join(STYLES)}.")
    docs = [docs] if isinstance(docs, Doc) else list(docs)
    for doc in docs:
        if not isinstance(doc, Doc):
            raise TypeError(f"A Doc or several are rendered, not {type(doc).__name__}: {doc!r}.")
    body = "".join(map(_diff_doc, docs)) if style == "diff" else _ent_docs(docs)
    if page:
        lang = docs[0].lang_ if docs else "zh"
        changed = sum(bool(list_corrections(doc)) for doc in docs)
        summary = f"{len(docs)} texts, {changed} of them with errors."
        html = page_start(lang=lang) + body + page_end(summary)
    else:
        html = f'{STYLE}\n<div class="sdcl">\n{body}</div>'
    if minify:
        # Not displaCy's: it would take line ends and spaces out of the texts too.
        html = "".join(map(str.strip, html.split("\n")))
    if jupyter or (jupyter is None and is_in_jupyter()):
        from IPython.display import HTML, display

        # MathJax would take dollar signs in a text for formulas.
        display(HTML(f'<span class="tex2jax_ignore">{html}</span>'))
        return None
    return html


def page_start(*, lang: str = "zh", title: str = "Corrections") -> str:
    """The beginning of a page.

    lang (str): The language of its texts.
    title (str): Its title.
    RETURNS (str): HTML.
    """
    return HEAD.format(lang=escape(lang), title=escape(title), style=STYLE)


def page_heading(text: str) -> str:
    """A heading.

    text (str): What it says.
    RETURNS (str): HTML.
    """
    return f"<h2>{escape(text)}</h2>\n"


def page_end(summary: str) -> str:
    """The end of a page.

    summary (str): What is said at its foot.
    RETURNS (str): HTML.
    """
    return FOOT.format(summary=escape(summary))


def diff_line(
    text: str, corrections: Sequence[Mapping[str, Any]], *, number: int | None = None
) -> str:
    """A text with what is wrong struck and the corrections beside it.

    text (str): The text.
    corrections (Sequence[Mapping]): As in `doc._.corrections`.
    number (int): The number of the line that it is, to be put before it.
    RETURNS (str): HTML.
    """
    pieces = []
    end = 0
    for each in corrections:
        pieces.append(escape(text[end : each["start"]]))
        title, source, target = _hover(each), escape(each["source"]), escape(each["target"])
        if each["source"] == each["target"]:
            pieces.append(f'<mark class="flagged" title="{title}">{source}</mark>')
        else:
            pieces.append(f'<del>{source}</del><ins title="{title}">{target}</ins>')
        end = each["end"]
    attribute = "" if number is None else f' data-line="{number}"'
    return f"<p{attribute}>{''.join(pieces)}{escape(text[end:])}</p>\n"


def escape(text: str) -> str:
    """Write a text as HTML, so that every line feed in the result belongs to the markup.

    text (str): The text.
    RETURNS (str): HTML.
    """
    return escape_markup(text).replace("\n", "&#10;").replace("\r", "&#13;")


def _diff_doc(doc: Doc) -> str:
    title = doc.user_data.get("title")
    heading = page_heading(str(title)) if title else ""
    return heading + diff_line(doc.text, list_corrections(doc))


def _ent_docs(docs: Sequence[Doc]) -> str:
    parsed = []
    for doc in docs:
        ents = []
        for each in list_corrections(doc):
            flagged = each["source"] == each["target"]
            # displaCy escapes the text, but neither labels nor titles.
            params = {"title": _hover(each), "kind": "flagged" if flagged else ""}
            label = "?" if flagged else escape(each["target"])
            place = {"start": each["start"], "end": each["end"]}
            ents.append({**place, "label": label, "params": params})
        title = doc.user_data.get("title")
        parsed.append(
            {"text": doc.text, "ents": ents, "title": escape(str(title)) if title else None}
        )
    if not parsed:
        return ""
    # Told that this is no notebook, else displaCy would show it there, and return nothing.
    return displacy.render(
        parsed, style="ent", manual=True, jupyter=False, options={"template": ENT}
    )


def _hover(correction: Mapping[str, Any]) -> str:
    parts = [f"{correction['score']:.1%}"]
    if correction["source"] == correction["target"]:
        parts.insert(0, "probably wrong, no sure correction")
    if correction.get("origin", "model") != "model":
        parts.append(str(correction["origin"]))
    others = [
        f"{each['target']} {each['score']:.1%}"
        for each in correction.get("candidates", ())
        if each["target"] != correction["target"]
    ]
    return escape(", ".join(parts + others))
