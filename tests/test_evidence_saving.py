"""Evidence is saved and loaded with a component, whatever the setting `evidence` says then."""

import shutil

import spacy
from tiny import make_pipeline
from weighed import (
    FOLDER,
    TEXTS,
    THRESHOLD,
    check_same,
    corrector_of,
    make_nlp,
    predictions,
)

from spacy_sdcl.evidence.bundle import JUDGE_FILE, Evidence


def test_a_saved_pipeline_uses_its_own_evidence_alone(
    weighing_nlp, weighed_docs, tmp_path, monkeypatch
):
    weighing_nlp.to_disk(tmp_path)
    monkeypatch.setattr("spacy_sdcl.evidence.sources.EMBEDDED_DIR", tmp_path / "nowhere")
    check_same(spacy.load(tmp_path).pipe(TEXTS), weighed_docs)


def test_evidence_that_is_switched_off_at_run_time_stays_off_after_saving(tmp_path):
    nlp = make_nlp()
    first = predictions(corrector_of(nlp))
    corrector_of(nlp).evidence = None
    off = predictions(corrector_of(nlp))
    assert off != first
    nlp.to_disk(tmp_path)
    assert not (tmp_path / "sdcl_corrector" / "evidence").exists()
    for again in (spacy.load(tmp_path), make_nlp().from_bytes(nlp.to_bytes())):
        assert corrector_of(again).evidence is None
        assert predictions(corrector_of(again)) == off
    corrector_of(nlp).evidence = "auto"
    assert predictions(corrector_of(nlp)) == first


def test_a_directory_may_be_named_and_need_not_be_there_later(weighing_nlp, weighed_docs, tmp_path):
    shutil.copytree(FOLDER, tmp_path / "own")
    named = make_nlp(evidence=str(tmp_path / "own"))
    check_same(named.pipe(TEXTS), weighed_docs)
    named.to_disk(tmp_path / "saved")
    data = named.to_bytes()
    shutil.rmtree(tmp_path / "own")
    check_same(spacy.load(tmp_path / "saved").pipe(TEXTS), weighed_docs)
    check_same(make_nlp(evidence=str(tmp_path / "own")).from_bytes(data).pipe(TEXTS), weighed_docs)


def test_what_is_excluded_is_neither_saved_nor_loaded(weighing_nlp, tmp_path):
    corrector = corrector_of(weighing_nlp)
    corrector.to_disk(tmp_path / "whole")
    corrector.to_disk(tmp_path / "part", exclude=["evidence"])
    assert (tmp_path / "whole" / "evidence").is_dir()
    assert not (tmp_path / "part" / "evidence").exists()
    whole, part = corrector.to_bytes(), corrector.to_bytes(exclude=["evidence"])
    assert len(part) < len(whole) - 10_000_000
    for load, source in (("from_disk", tmp_path / "part"), ("from_bytes", part)):
        other = corrector_of(make_nlp())
        getattr(other, load)(source)
        assert other.loaded_evidence is None
    for load, source in (("from_disk", tmp_path / "whole"), ("from_bytes", whole)):
        other = corrector_of(make_nlp())
        own = other.loaded_evidence
        getattr(other, load)(source, exclude=["evidence"])
        assert other.loaded_evidence is own


def test_weights_saved_without_evidence_do_not_get_that_of_others(trained_dir, tmp_path):
    # The config names the embedded model, which has evidence; the weights are others.
    other = make_pipeline(trained_dir, threshold=THRESHOLD)
    corrector_of(other).model.initialize()
    assert corrector_of(other).loaded_evidence is None
    corrector_of(other).to_disk(tmp_path)
    data = corrector_of(other).to_bytes()
    for load, source in (("from_disk", tmp_path), ("from_bytes", data)):
        loaded = corrector_of(make_nlp())
        assert loaded.loaded_evidence is not None
        getattr(loaded, load)(source)
        assert loaded.evidence == "auto"
        assert loaded.loaded_evidence is None
        assert predictions(loaded) == predictions(corrector_of(other))


def test_evidence_from_an_earlier_saving_does_not_stay_beside_other_weights(weighing_nlp, tmp_path):
    corrector_of(weighing_nlp).to_disk(tmp_path)
    without = corrector_of(make_nlp(evidence=None))
    without.to_disk(tmp_path)
    loaded = corrector_of(make_nlp()).from_disk(tmp_path)
    assert loaded.loaded_evidence is None


def test_a_saved_pipeline_can_be_loaded_without_evidence_and_get_it_back(weighing_nlp, tmp_path):
    weighing_nlp.to_disk(tmp_path)
    off = spacy.load(tmp_path, config={"components": {"sdcl_corrector": {"evidence": None}}})
    assert corrector_of(off).loaded_evidence is None
    path = tmp_path / "sdcl_corrector" / "evidence" / JUDGE_FILE
    corrector_of(off).evidence = "auto"
    own = corrector_of(off).loaded_evidence
    assert own is not None
    # It is that of the pipeline, not of the model that its config names.
    evidence = Evidence.open(path.parent)
    evidence.about["mark"] = "own"
    evidence.save(path.parent)
    marked = spacy.load(tmp_path, config={"components": {"sdcl_corrector": {"evidence": None}}})
    corrector_of(marked).evidence = "auto"
    assert corrector_of(marked).loaded_evidence.about["mark"] == "own"


def test_other_evidence_can_be_named_when_a_saved_pipeline_is_loaded(weighing_nlp, tmp_path):
    evidence = Evidence.open(FOLDER)
    evidence.about["mark"] = "other"
    evidence.save(tmp_path / "other")
    weighing_nlp.to_disk(tmp_path / "saved")
    config = {"components": {"sdcl_corrector": {"evidence": str(tmp_path / "other")}}}
    loaded = spacy.load(tmp_path / "saved", config=config)
    assert corrector_of(loaded).loaded_evidence.about["mark"] == "other"
    # What the setting names must be there, also beside weights that were saved without evidence.
    corrector_of(weighing_nlp).to_disk(tmp_path / "saved" / "sdcl_corrector", exclude=["evidence"])
    shutil.rmtree(tmp_path / "saved" / "sdcl_corrector" / "evidence")
    loaded = spacy.load(tmp_path / "saved", config=config)
    assert corrector_of(loaded).loaded_evidence.about["mark"] == "other"
