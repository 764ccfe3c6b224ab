"""What a client of the LanguageTool API asks for."""

from collections.abc import Mapping
from typing import NamedTuple

from .annotated import AnnotatedText, from_data, from_text
from .languages import UNDETERMINED, Language, can_read_traditional, read_language
from .turns import Manner, Task

CATEGORY = {"id": "TYPOS", "name": "错别字"}
# A flagged character has no sure correction, which a writer may want to hear about or not.
CORRECTION, FLAGGED, PHRASE = "SDCL_CORRECTION", "SDCL_FLAGGED", "SDCL_CONFUSIONS"
VARIANT = "SDCL_VARIANT"
RULES = {
    CORRECTION: "错别字：模型认为此处应为别的字",
    FLAGGED: "存疑：此处可能有错字，但没有把握改成什么",
    PHRASE: "用户自己的混淆词表",
    VARIANT: "繁体用字：这个词通常不写此字",
}
# The setting that LanguageTool's levels come down to; None for the server's own.
LEVELS = {"": None, "default": None, "picky": "recall"}
NO_TRADITIONAL = (
    "Traditional characters were not checked: this needs a package, "
    'pip install "spacy_sdcl[traditional]".'
)


class Query(NamedTuple):
    """A request for a check.

    content (AnnotatedText): The text.
    language (Language): What it is read as.
    threshold (str): The name of a setting, None for the server's own.
    hidden (frozenset[str]): Rules whose matches are left out.
    """

    content: AnnotatedText
    language: Language
    threshold: str | None
    hidden: frozenset[str]

    @property
    def unread(self) -> str | None:
        """Why the text is not read, None if it is, or is known to have no Chinese."""
        if not self.language.chinese and self.language.code != UNDETERMINED:
            return f"This server corrects Chinese only: {self.language.code} was not checked."
        if self.language.traditional and not can_read_traditional():
            return NO_TRADITIONAL
        return None

    @property
    def task(self) -> Task:
        """The text to correct; none where there is nothing to read."""
        variant = "traditional" if self.language.traditional else None
        is_read = self.language.chinese and self.unread is None
        return Task([self.content.plain] if is_read else [], Manner(self.threshold, variant))


def read_query(parameters: Mapping[str, str]) -> Query:
    """Read the parameters of a check.

    parameters (Mapping[str, str]): The form fields; those that have no meaning here, such as
        motherTongue, are ignored.
    RETURNS (Query): What they ask for.
    RAISES (ValueError): If they are contradictory, or ask for another language.
    """
    text, data = parameters.get("text"), parameters.get("data")
    if (text is None) == (data is None):
        raise ValueError("Give one of the parameters text and data.")
    level = parameters.get("level", "").lower()
    if level not in LEVELS:
        raise ValueError(f"The level is {level!r}, must be one of default, picky.")
    content = from_data(data) if data is not None else from_text(text or "")
    return Query(
        content=content,
        language=read_language(parameters.get("language", ""), content.plain),
        threshold=LEVELS[level],
        hidden=_hidden_rules(parameters),
    )


def _hidden_rules(parameters: Mapping[str, str]) -> frozenset[str]:
    named = {
        name: {each.strip() for each in parameters.get(name, "").split(",")} - {""}
        for name in ("enabledRules", "enabledCategories", "disabledRules", "disabledCategories")
    }
    if parameters.get("enabledOnly", "").lower() in ("true", "yes"):
        if named["disabledRules"] or named["disabledCategories"]:
            raise ValueError("With enabledOnly, no rule or category can be disabled.")
        if not (named["enabledRules"] or named["enabledCategories"]):
            raise ValueError("With enabledOnly, enabledRules or enabledCategories must be given.")
        if CATEGORY["id"] in named["enabledCategories"]:
            return frozenset()
        return frozenset(RULES) - named["enabledRules"]
    if CATEGORY["id"] in named["disabledCategories"]:
        return frozenset(RULES) - named["enabledRules"]
    return frozenset(named["disabledRules"])
