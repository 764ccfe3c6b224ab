"""The files of the SIGHAN bake-offs' releases: their names, and whether a copy is unchanged."""

import hashlib
from pathlib import Path

# By name, wherever they lie: the copies in circulation arrange the folders differently.
TRAIN_FILES = {
    "sighan13": [
        "Bakeoff2013_SampleSet_WithError_00001-00350.txt",
        "Bakeoff2013_SampleSet_WithoutError_10001-10350.txt",
    ],
    "sighan14": ["B1_training.sgml", "C1_training.sgml"],
    "sighan15": ["SIGHAN15_CSC_A2_Training.sgml", "SIGHAN15_CSC_B2_Training.sgml"],
}
TEST_FILES = {
    "sighan13": "FinalTest_SubTask2.txt",
    "sighan14": "CLP14_CSC_TestInput.txt",
    "sighan15": "SIGHAN15_CSC_TestInput.txt",
}
# SHA-256 of the released files as UTF-8 text with "\n" and without white space at the ends.
TEST_DIGESTS = {
    "FinalTest_SubTask2.txt": "1a58af6d2bb00e6993ed21e17191e950451545c720efe34b5df6a9e797623e4c",
    "FinalTest_SubTask2_Truth.txt": (
        "1d238486fc2b0cdcc6d68862995878cb47e1da0396b90954512bbafeaeb385d5"
    ),
    "CLP14_CSC_TestInput.txt": "1f38f879565b3aae15c713821fa824a0c5c41ce344869cbf92c70b045cb5bdce",
    "CLP14_CSC_TestTruth.txt": "d9492940ccbe9c434cb8334a14ddcfcf1231b9e84975240aa1fdb1c761ba6b42",
    "SIGHAN15_CSC_TestInput.txt": (
        "2a549803123ffffd5e16068b825e3c2841c284415df85b7a5f95e1ee026f203c"
    ),
    "SIGHAN15_CSC_TestTruth.txt": (
        "20e15db2f74a5492e2a2d2cc20c65427a9c07da95102d197cfbd532f47eb0271"
    ),
}


def differing_files(sighan_dir: Path) -> list[Path]:
    """Compare test files with the released ones, byte order mark and line ends aside.

    sighan_dir (Path): The folder that holds them, at any depth.
    RETURNS (List[Path]): Those that differ.
    """
    differing = []
    for path in sorted(sighan_dir.rglob("*.txt")):
        if path.name in TEST_DIGESTS:
            text = path.read_bytes().decode("utf-8-sig", errors="replace")
            text = text.replace("\r\n", "\n").strip()
            if hashlib.sha256(text.encode()).hexdigest() != TEST_DIGESTS[path.name]:
                differing.append(path)
    return differing
