"""The sources by name. A new one: a `CorpusSource`, a line here, its name in `config/corpus.py`."""

from fs2.corpus.asterisk import Asterisk
from fs2.corpus.folder import Folder
from fs2.corpus.kathleen import Kathleen
from fs2.corpus.ljspeech import LJSpeech
from fs2.corpus.source import CorpusSource

SOURCES: dict[str, CorpusSource] = {
    source.name: source for source in (Asterisk(), LJSpeech(), Kathleen(), Folder())
}
