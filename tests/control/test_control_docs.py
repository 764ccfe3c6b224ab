"""The config of docs/control.md is one that the factory takes."""

import re
from pathlib import Path

import spacy
from thinc.api import Config

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "control.md"


def test_the_config_on_the_page_is_one_that_the_factory_takes():
    (example,) = re.findall(r"```ini\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    config = Config().from_str(f"[components]\n[components.sdcl_corrector]\n{example}")
    corrector = spacy.blank("zh").add_pipe(
        "sdcl_corrector", config=config["components"]["sdcl_corrector"]
    )
    assert corrector.protect["tokens"] == ({"POS": "PROPN"},)
    assert corrector.confusions["phrases"] == {"登陆": "登录"}
