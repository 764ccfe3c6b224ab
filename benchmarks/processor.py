"""What of the processor the figures depend on."""

import torch

from spacy_sdcl.model.integers import has_vnni


def kind() -> str:
    """Name the kind of processor, as goals and files of results are named by it.

    RETURNS (str): "avx512" where products of 8-bit integers have instructions of their own (VNNI), too;
        else what torch takes it for, such as "avx2".
    """
    capability = torch.backends.cpu.get_cpu_capability().lower()
    if capability.startswith("avx512"):
        return "avx512" if has_vnni() else "avx512_without_vnni"
    return capability.replace(" ", "_")


def features() -> str:
    """RETURNS (str): What the processor has, as torch sees it, and the version of torch."""
    bfloat16 = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)()
    return ", ".join(
        [
            torch.backends.cpu.get_cpu_capability(),
            "VNNI" if has_vnni() else "no VNNI",
            "bfloat16" if bfloat16 else "no bfloat16",
            f"torch {torch.__version__}",
        ]
    )
