"""What the commands and environments of LaTeX are to a reader."""

from typing import Any

from .html_tokens import names

# Their last argument is read through: it belongs to the sentence.
THROUGH = names(
    "textbf textit textsl textsc textrm textsf textmd textup textnormal text emph underline uline "
    "uwave sout hl textcolor colorbox fcolorbox href hyperref mbox makebox fbox framebox "
    "centerline CJKunderline CJKunderdot dotuline xout textsuperscript textsubscript"
)
# Their arguments stand for themselves, and end what stands before them.
APART = names(
    "part chapter section subsection subsubsection paragraph subparagraph caption captionof title "
    "item frametitle framesubtitle keywords"
)
# The last one of theirs does; those before it are measures.
BOXES = names("parbox multicolumn multirow")
# Theirs too, but the sentence goes on behind them.
ASIDE = names("footnote footnotetext thanks marginpar endnote sidenote")
# They belong to a sentence and are not read.
OBJECTS = names(
    "texttt url path nolinkurl ref eqref pageref autoref nameref cref Cref vref cite citep citet "
    "citealp citealt citeauthor citeyear citeyearpar citenum parencite textcite autocite upcite "
    "supercite footcite includegraphics ensuremath LaTeX TeX LaTeXe XeTeX XeLaTeX today footnotemark"
)
BREAKS = names("\\ par newline linebreak newpage clearpage hline toprule midrule bottomrule hrule")
# What some commands and marks are set as.
CHARACTERS = {
    "%": "%",
    "&": "&",
    "_": "_",
    "#": "#",
    "$": "$",
    "{": "{",
    "}": "}",
    " ": " ",
    "\n": " ",
    "quad": " ",
    "qquad": " ",
    "ldots": "…",
    "dots": "…",
    "textbackslash": "\\",
    "~": "\xa0",
    "``": "“",
    "''": "”",
    "--": "–",
    "---": "—",
}
# Environments of formulas: a sentence may go on behind them.
FORMULAS = names(
    "math displaymath equation align alignat aligned flalign gather gathered multline eqnarray "
    "split cases array matrix pmatrix bmatrix dmath IEEEeqnarray"
)
# Environments whose content is no text.
CODE = names(
    "verbatim Verbatim BVerbatim LVerbatim lstlisting minted comment tikzpicture pgfpicture "
    "filecontents alltt pycode luacode asy thebibliography"
)
# The arguments of commands that pylatexenc does not know: "*", "[" and "{" for one of each sort.
ARGUMENTS = {
    "[{": "caption parencite textcite autocite upcite supercite footcite footnotetext thanks marginpar "
    "endnote sidenote captionof makebox framebox bibliographystyle geometry lstset tikzset "
    "addbibresource setCJKmainfont setCJKsansfont setCJKmonofont newfontfamily setmainfont input "
    "pagestyle thispagestyle pagenumbering graphicspath nocite vskip addvspace hyperref",
    "{": "index glossary frametitle framesubtitle path nolinkurl pageref nameref vref uline uwave sout hl "
    "fbox centerline CJKunderline CJKunderdot dotuline xout textnormal textsuperscript "
    "textsubscript textbackslash",
    "{{": "href setCJKfamilyfont fontsize rule ctexset addcontentsline captionsetup",
    "*[{": "part paragraph",
    "[[[{{": "parbox",
    "{{{": "multicolumn multirow addtocounter",
    "[": "footnotemark linebreak newpage",
}


def macro_specs() -> list[Any]:
    """Make the specifications of commands that pylatexenc reads arguments by.

    RETURNS (list[MacroSpec]): One a command.
    """
    from pylatexenc.macrospec import MacroSpec

    return [
        MacroSpec(name, arguments)
        for arguments, listed in ARGUMENTS.items()
        for name in listed.split()
    ]
