"""Every entry point leads to what it names, and spaCy's registries find it by that name."""

from importlib.metadata import distribution

import pytest
import spacy
from spacy.language import Language

# The registry of spaCy that each group of entry points fills.
REGISTRIES = {
    "spacy_architectures": "architectures",
    "spacy_readers": "readers",
    "spacy_augmenters": "augmenters",
    "spacy_scorers": "scorers",
    "spacy_loggers": "loggers",
    "spacy_batchers": "batchers",
    "spacy_callbacks": "callbacks",
    "spacy_misc": "misc",
}
ENTRY_POINTS = sorted(
    (each for each in distribution("spacy_sdcl").entry_points if each.group.startswith("spacy_")),
    key=lambda each: (each.group, each.name),
)


def test_the_package_has_the_entry_points_of_a_plugin():
    assert {"spacy_factories", "spacy_architectures", "spacy_readers", "spacy_scorers"} <= {
        each.group for each in ENTRY_POINTS
    }


@pytest.mark.parametrize("entry_point", ENTRY_POINTS, ids=lambda each: f"{each.group}:{each.name}")
def test_an_entry_point_leads_to_something_that_can_be_called(entry_point):
    assert callable(entry_point.load())


@pytest.mark.parametrize(
    "entry_point",
    [each for each in ENTRY_POINTS if each.group in REGISTRIES],
    ids=lambda each: each.name,
)
def test_spacy_finds_it_by_its_versioned_name(entry_point):
    assert entry_point.name.startswith("spacy-sdcl.")
    assert entry_point.name.rpartition(".v")[2].isdigit()
    registry = getattr(spacy.registry, REGISTRIES[entry_point.group])
    assert registry.get(entry_point.name) is entry_point.load()


@pytest.mark.parametrize(
    "name", [each.name for each in ENTRY_POINTS if each.group == "spacy_factories"]
)
def test_spacy_finds_each_factory(name):
    spacy.blank("zh")
    assert Language.has_factory(name)
