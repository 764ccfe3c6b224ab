"""Pipelines that version 0.1.0 has saved load, and correct as they did there.

`pipeline` is a whole one with a tiny network, its settings, and what it had read from a file of
phrases; `embedded.cfg` is the config of one that names the embedded model.
"""

import json
from pathlib import Path

import pytest
import spacy
from spacy.util import load_config, load_model_from_config

SAVED = Path(__file__).parent / "data_files" / "pipeline_0_1_0"
RECORDS = [
    json.loads(line) for line in (SAVED / "corrections.jsonl").read_text("utf-8").splitlines()
]


def test_a_saved_pipeline_finds_the_same_corrections():
    nlp = spacy.load(SAVED / "pipeline")
    for record in RECORDS:
        doc = nlp(record["source"])
        assert doc._.corrected == record["pipeline"]
        found = doc._.corrections
        assert [(each["start"], each["target"], each["origin"]) for each in found] == [
            (each["start"], each["target"], each["origin"]) for each in record["corrections"]
        ]
        assert [each["score"] for each in found] == pytest.approx(
            [each["score"] for each in record["corrections"]], abs=1e-3
        )


def test_a_saved_pipeline_has_the_settings_that_it_was_saved_with():
    corrector = spacy.load(SAVED / "pipeline").get_pipe("sdcl_corrector")
    # Set to 4 after the pipeline was made with 3.
    assert corrector.candidates == 4
    assert (corrector.threshold, corrector.min_confidence) == (0.5, 0.9)
    assert tuple(corrector.protect["phrases"]) == ("跟本", "公圆")
    assert corrector.confusions["phrases"] == {"草梅": "草莓", "已径": "已经"}


def test_what_is_left_alone_by_default_is_so_in_a_saved_pipeline_and_can_be_switched_off():
    protect = spacy.load(SAVED / "pipeline").get_pipe("sdcl_corrector").protect
    assert protect["identifiers"] is protect["numerals"] is True
    config = {"components.sdcl_corrector.protect.identifiers": False}
    nlp = spacy.load(SAVED / "pipeline", config=config)
    assert nlp.get_pipe("sdcl_corrector").protect["identifiers"] is False


def test_a_config_that_names_the_embedded_model_corrects_the_same():
    config = load_config(SAVED / "embedded.cfg")
    # The config knows nothing of evidence, which the embedded model has got since.
    assert "evidence" not in config["components"]["sdcl_corrector"]
    nlp = load_model_from_config(config)
    assert nlp.get_pipe("sdcl_corrector").evidence == "auto"
    nlp.get_pipe("sdcl_corrector").evidence = None
    now = spacy.blank("zh")
    # Nor was the variant "auto" then.
    now.add_pipe("sdcl_corrector", config={"evidence": None, "variant": "simplified"})
    sources = [record["source"] for record in RECORDS]
    corrected = [doc._.corrected for doc in nlp.pipe(sources)]
    assert corrected == [doc._.corrected for doc in now.pipe(sources)]
    # The network itself may have read on; it must still correct something of them, and not all.
    assert 5 < sum(map(str.__ne__, corrected, sources)) < 45


def test_the_sentences_show_something():
    assert len(RECORDS) == 50
    changed = sum(record["pipeline"] != record["source"] for record in RECORDS)
    assert 10 < changed < 40
