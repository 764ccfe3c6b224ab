"""What the server says, in both languages."""

from typing import NamedTuple


class Words(NamedTuple):
    """Sentences in one language, with the names of what is put into them."""

    wrong: str
    doubtful: str
    write: str
    correct_all: str
    protect: str
    protected: str
    unread: str
    failed: str


CHINESE = Words(
    wrong="“{source}”可能是错字，应为“{target}”（概率 {score:.1%}）",
    doubtful="“{source}”可能有错，请核对",
    write="改为“{target}”（{score:.1%}）",
    correct_all="改正全文（{count} 处）",
    protect="保护“{phrase}”：不再改动",
    protected="已保护“{phrase}”，写入 {path}",
    unread="未作检查：{reason}",
    failed="有一篇文本未能检查（{error}），详情见服务的日志。",
)
ENGLISH = Words(
    wrong="“{source}” is probably wrong: “{target}” ({score:.1%})",
    doubtful="“{source}” may be wrong",
    write="Write “{target}” ({score:.1%})",
    correct_all="Correct all in this document ({count})",
    protect="Protect “{phrase}”: leave it alone",
    protected="Protected “{phrase}” in {path}",
    unread="Not checked: {reason}",
    failed="A text could not be checked ({error}); the server's log says more.",
)


def words_for(locale: str | None) -> Words:
    """Choose the language.

    locale (str): The editor's, such as "zh-cn"; None where it does not say.
    RETURNS (Words): Chinese, for whoever writes Chinese, unless the editor has another language.
    """
    return CHINESE if locale is None or locale.lower().startswith("zh") else ENGLISH
