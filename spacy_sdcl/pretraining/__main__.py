"""Pretraining from the command line: `python -m spacy_sdcl.pretraining SHARDS DIRECTORY`."""

import argparse
from pathlib import Path

import torch

from .recipe import PretrainConfig, read_settings
from .trainer import Trainer


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line.

    arguments (list[str]): Arguments, those of the process by default.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shards", type=Path, help="a shard directory")
    parser.add_argument("directory", type=Path, help="where the run is kept")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument(
        "--precision",
        choices=["float32", "bfloat16"],
        help="by default bfloat16 on a GPU, float32 on a CPU",
    )
    parser.add_argument(
        "--compile",
        action=argparse.BooleanOptionalAction,
        help="compile the encoder; by default on a GPU",
    )
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--log-every", type=float, default=60.0, help="seconds")
    parser.add_argument("--evaluate-every", type=float, default=600.0, help="seconds")
    parser.add_argument(
        "--config", type=Path, help="a .cfg file with settings; options come before them"
    )
    for name, field in PretrainConfig.model_fields.items():
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=type(field.default), default=argparse.SUPPRESS)
    options = vars(parser.parse_args(arguments))
    path = options.pop("config")
    own = {name: options.pop(name) for name in PretrainConfig.model_fields if name in options}
    try:
        config = PretrainConfig(**(({} if path is None else read_settings(path)) | own))
    except (OSError, ValueError) as error:
        parser.error(str(error))
    if threads := options.pop("threads"):
        torch.set_num_threads(threads)
    on_gpu = options["device"].startswith("cuda")
    if options["precision"] is None:
        options["precision"] = "bfloat16" if on_gpu else "float32"
    compiled = options.pop("compile")
    times = {"log_every": options.pop("log_every"), "evaluate_every": options.pop("evaluate_every")}
    trainer = Trainer(
        config,
        options.pop("shards"),
        options.pop("directory"),
        compiled=on_gpu if compiled is None else compiled,
        **options,
    )
    trainer.run(**times)


if __name__ == "__main__":
    main()
