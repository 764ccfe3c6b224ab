"""Seconds to the first result in a fresh process, in parts. Prints JSON."""

import json
import time

start = time.perf_counter()
import spacy  # noqa: E402
import torch  # noqa: E402, F401

imported = time.perf_counter()
nlp = spacy.blank("zh")
made = time.perf_counter()
nlp.add_pipe("sdcl_corrector")
doc = nlp("我今天很高行，因为他门明天就回来了。")
corrected = doc._.corrected
ready = time.perf_counter()

print(
    json.dumps(
        {
            "import spacy, torch": imported - start,
            "spacy.blank": made - imported,
            "add_pipe and first text": ready - made,
        }
    )
)
