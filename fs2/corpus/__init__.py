"""Stage corpus: recordings fetched, checked, brought to one rate and loudness, and split."""

from fs2.corpus.prepare import fetch_corpus, prepare_corpus

__all__ = ["fetch_corpus", "prepare_corpus"]
