"""A worker: blocks to parts of the output, each whole or not at all."""

import json
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..files.partial import pipeline_digest
from ..loading import load_pipeline
from .blocks import Block
from .manifest import Manifest, read_manifest, read_record, write_record
from .parts import PARTS, Row, read_rows
from .rows import CorrectedRow, batches, correct_values, length_of
from .storage import Place, locate, state_of, written_whole

NUMBER, RECORD = "number", "record"
PROBLEM, NOTICES, REASONS = "problem", "notices", "reasons"
# Reasons that a part's record holds; the output has them all.
MOST_REASONS = 10
MODEL = "model or setting of it"


class Settings(NamedTuple):
    """How texts are corrected, as `load_pipeline` takes it.

    model (str): The pipeline's name.
    threshold (float / str): The corrector's threshold.
    variant (str): The characters of the texts.
    """

    model: str = "zh_sdcl_sm"
    threshold: float | str | None = None
    variant: str | None = None

    def load(self) -> Any:
        """Load the pipeline.

        RETURNS (Language): A pipeline that is ready to correct.
        RAISES (ValueError): If there is no such pipeline, or it was never trained.
        """
        nlp = load_pipeline(self.model, threshold=self.threshold, variant=self.variant)
        # The first text loads the weights, and shows whether they were trained.
        nlp("请稍等。")
        return nlp


class BlockWorker:
    """Corrects blocks in a process of its own, with a pipeline that is loaded once.

    inputs (str): The address of the input, which says in what file system the files lie.
    output (str): The address of the output.
    settings (Settings): How texts are corrected.
    """

    def __init__(self, *, inputs: str, output: str, settings: Settings) -> None:
        self.inputs = inputs
        self.output = output
        self.settings = settings
        self._loaded: tuple[Manifest, Any] | None = None

    def __call__(self, batch: dict[str, Any]) -> Iterator[dict[str, list[Any]]]:
        """Correct blocks.

        batch (dict): The numbers of the blocks.
        YIELDS (dict): For each, what was counted as JSON, or the problem that ended it.
        """
        for number in map(int, batch[NUMBER]):
            try:
                record = self.correct_block(number)
            except OSError as error:
                record = {PROBLEM: f"{error.filename or self.output}: {error.strerror or error}."}
            except (ValueError, ImportError) as error:
                # The command says it in one line, and has no use for where it was raised.
                record = {PROBLEM: str(error)}
            yield {NUMBER: [number], RECORD: [json.dumps(record)]}

    def correct_block(self, number: int) -> dict[str, Any]:
        """Correct a block, unless that is done.

        number (int): The block's number.
        RETURNS (dict): What was counted: "rows", "characters", "changed" rows, "errors", "failed" rows,
            "bytes" of the part; with the first reasons of failures, and warnings.
        RAISES (OSError): If something cannot be read or written.
        RAISES (ValueError): If the input or the pipeline is not what it was.
        """
        output = locate(self.output)
        manifest, nlp = self._load(output)
        record = read_record(output, manifest, number)
        if record is not None:
            return record
        block = manifest.blocks[number]
        source = locate(self.inputs)._replace(path=manifest.files[block.file])
        check_state(source, manifest.states[block.file])
        part = output / manifest.part_name(number)
        with warnings.catch_warnings(record=True) as caught, written_whole(part) as file:
            record = _write_part(file, nlp, source, manifest, number)
            # What was read before a change, and what after it, would be of two files.
            check_state(source, manifest.states[block.file])
        record["bytes"] = int(part.system.info(part.path)["size"])
        record[NOTICES] = sorted({str(each.message) for each in caught})
        write_record(output, manifest, number, record)
        return record

    def _load(self, output: Place) -> tuple[Manifest, Any]:
        if self._loaded is None:
            manifest = read_manifest(output)
            if manifest is None:
                raise ValueError(
                    f"A worker sees no manifest in {output.path}: name a folder that all nodes share."
                )
            nlp = self.settings.load()
            if pipeline_digest(nlp) != manifest.job[MODEL]:
                raise ValueError(
                    f"The pipeline {self.settings.model} is another one where a worker runs: put the "
                    "same pipeline, and the same version of spacy_sdcl, on all nodes."
                )
            self._loaded = manifest, nlp
        return self._loaded


def _write_part(
    file: Any, nlp: Any, source: Place, manifest: Manifest, number: int
) -> dict[str, Any]:
    block: Block = manifest.blocks[number]
    part = PARTS[manifest.format](file)
    counts: Counter[str] = Counter(rows=0, characters=0, changed=0, errors=0, failed=0)
    reasons: list[str] = []
    rows = read_rows(source, block, manifest.kind, manifest.column, first=manifest.firsts()[number])
    for batch in batches(rows, length=lambda row: length_of(row.value)):
        found = correct_values(nlp, [row.value for row in batch])
        done = [
            each if row.error is None else each._replace(error=row.error)
            for row, each in zip(batch, found, strict=True)
        ]
        part.write(batch, done)
        for row, each in zip(batch, done, strict=True):
            counts.update(count_row(row, each))
            if each.error is not None and len(reasons) < MOST_REASONS:
                reasons.append(f"row {row.number}: {each.error}")
    part.close()
    return {**counts, REASONS: reasons}


def count_row(row: Row, done: CorrectedRow) -> dict[str, int]:
    """Count what is in a row.

    row (Row): The row.
    done (CorrectedRow): What became of it.
    RETURNS (dict[str, int]): What `BlockWorker.correct_block` counts of it.
    """
    return {
        "rows": 1,
        "characters": length_of(row.value),
        "changed": int(bool(done.corrections)),
        "errors": len(done.corrections),
        "failed": int(done.error is not None),
    }


def check_state(place: Place, state: tuple[int, str]) -> None:
    """Check that a file is as it was when it was cut into blocks.

    place (Place): The file.
    state (tuple[int, str]): How it was.
    RAISES (ValueError): If it was changed since, or is gone.
    """
    try:
        if state_of(place) == state:
            return
        how = "was changed"
    except FileNotFoundError:
        how = "is gone"
    raise ValueError(
        f"{place.path} {how} since this run was begun: put it back as it was, or name another folder "
        "for the output, to start from the beginning."
    )
