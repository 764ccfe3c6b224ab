import pytest
from document_samples import texts

from spacy_sdcl.documents.errors import MalformedDocument


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("很\\textbf{高\\emph{行}}", ["很高行"]),
        ("很高\n  行，\\LaTeX是好的，\\TeX 也是\\LaTeX{}的", ["很高行，\ufffc是好的，\ufffc也是\ufffc的"]),
        ("甲%注释\n乙\\%丙\n\n丁", ["甲乙%丙", "丁"]),
        ("甲\\par 乙\\par丙\\\\[2mm]丁\\newline 戊", ["甲", "乙", "丙", "丁", "戊"]),
        ("\\documentclass{a}\\title{甲}\\begin{document}乙\\end{document}丙", ["乙"]),
        ("\\section*{甲}乙\\label{丙}\\index{丁}", ["甲", "乙"]),
        ("见\\ref{甲}、\\cite[乙]{丙}、\\citep*[丁]{戊}、\\autoref{己}。", ["见\ufffc、\ufffc、\ufffc、\ufffc。"]),
        ("\\href{甲}{乙}\\url{丙%}丁\\footnote{戊}\\textcolor{red}{己}", ["戊", "乙\ufffc丁\ufffc己"]),
        ("\\includegraphics[width=1cm]{甲}\\hspace{1cm}乙\\vspace*{2em}", ["\ufffc乙"]),
        ("设$a$、\\(b\\)、$$c$$、\\[d\\]得\\begin{align*}e&f\\end{align*}故", ["设\ufffc、\ufffc、\ufffc、\ufffc得\ufffc故"]),
        ("价格是5\\$，甲", ["价格是5$，甲"]),
        ("\\verb|甲|乙\\verb*+丙+丁\\lstinline[language=C]{戊}", ["\ufffc乙\ufffc丁\ufffc"]),
        ("甲\\begin{verbatim}乙 $ { \\end{verbatim}丙", ["甲", "丙"]),
        ("甲%\\begin{verbatim}\n乙", ["甲乙"]),
        ("甲\\begin{lstlisting}[language=C]\n乙", ["甲"]),
        ("\\begin{tabular}{ll}甲&乙\\\\\\hline\n\\multicolumn{2}{c}{丙}\\end{tabular}", ["甲", "乙", "丙"]),
        ("\\begin{itemize}\\item 甲\n乙\\item[丙]丁\\end{itemize}", ["甲乙", "丙", "丁"]),
        ("\\begin{figure}[ht]\\caption[甲]{乙}\\end{figure}", ["甲", "乙"]),
        ("{\\kaishu 很}高~行 --- ``好''\\ldots", ["很高\xa0行 — “好”…"]),
        ("很\\unknown{高}行\\命令", ["很高行"]),
        ("甲{乙\\begin{center}丙", ["甲乙", "丙"]),
        ("甲}乙\\end{center}丙", ["甲乙丙"]),
    ],
)  # fmt: skip
def test_the_prose_of_latex_is_read(source, expected):
    assert texts("latex", source) == expected
    assert texts("latex", source.replace("\n", "\r\n")) == expected


@pytest.mark.parametrize("formula", ["$x", "$$x$", "\\(x", "\\[x", "$x\n\n乙$"])
def test_a_formula_without_an_end_is_named(formula):
    with pytest.raises(MalformedDocument, match=r"^line 3: a formula .* write \\\$"):
        texts("latex", f"甲\n\n乙{formula}")


def test_groups_that_are_too_deep_are_named():
    with pytest.raises(MalformedDocument, match="nested too deeply"):
        texts("latex", "{" * 5_000)
