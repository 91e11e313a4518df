"""FastSpeech 2 and FastSpeech 2s (Ren et al., ICLR 2021), from recordings to audible speech.

The packages are the stages of the workflow, in this order: corpus, text, alignment, features,
training (with models), vocoder, synthesis, evaluation. Each works without Snakemake and MLflow.
"""

__version__ = "0.1.0"
