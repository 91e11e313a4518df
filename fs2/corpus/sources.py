"""The sources by name. A new one is a file with a `Source`, a line here and in `config.Corpus`."""

from fs2.corpus.asterisk import Asterisk
from fs2.corpus.folder import Folder
from fs2.corpus.kathleen import Kathleen
from fs2.corpus.ljspeech import LJSpeech
from fs2.corpus.source import Source

SOURCES: dict[str, Source] = {
    source.name: source for source in (Asterisk(), LJSpeech(), Kathleen(), Folder())
}
