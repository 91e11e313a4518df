"""Words with several pronunciations, told apart by part of speech.

Each group says how to choose among CMUdict's own pronunciations, so that whatever is chosen is in
the lexicon of the forced aligner too. Parts of speech are the Penn Treebank's tags, found by the
perceptron tagger of the package hibari-tts and corrected by the words around (`fs2.text.senses`);
where only the meaning decides ("a row"), the commoner sense is taken.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from fs2.errors import FS2Error
from fs2.packages import package_weights
from fs2.text.derivation import stem
from fs2.text.dictionary import Pronunciation, look_up
from fs2.text.senses import sense
from fs2.text.symbols import PUNCTUATION

TAGGER_FILE = "assets/tagger.json.gz"
TAGGER_WEIGHTS = {TAGGER_FILE: "d2da7502284bbbe45d49e0b7ce3ce67bdab82254150f4317f1b8559b4d38d0eb"}

SENTENCE_ENDS = (".", "?", "!")
LONGEST_SENTENCE = 200
"""Words and marks that are tagged together at most: the time grows as the length of a text does."""

FIRST_STRESSED_UNLESS_VERB = (
    *("accent", "address", "annex", "commune", "concrete", "confines", "exploit", "ferment"),
    *("imprint", "incense", "offset", "purport", "redress", "rejects", "reset"),
    *("segment", "segments", "supplement", "surcharge", "update", "upgrade"),
    *("abstract", "addict", "addicts", "affix", "allies", "ally", "attribute", "attributes"),
    *("combat", "combine", "compound", "compress", "conduct", "conflict", "conflicts"),
    *("conscript", "console", "construct", "contest", "contests", "contract", "contracts"),
    *("contrast", "contrasts", "converse", "convert", "converts", "convict", "convicts"),
    *("decrease", "defect", "desert", "deserts", "digest", "discharge", "discount", "escort"),
    *(
        "essay",
        "export",
        "exports",
        "extract",
        "extracts",
        "impact",
        "implant",
        "import",
        "imports",
        "incline",
    ),
    *("increase", "increases", "insert", "insult", "insults", "object", "objects", "perfect"),
    *("permit", "permits", "pervert", "present", "presents", "produce", "progress", "project"),
    *("projects", "protest", "protests", "rebel", "rebels", "record", "records", "refill"),
    *("refund", "refuse", "reject", "subject", "subjects", "survey", "surveys", "suspect"),
    *("suspects", "torment", "transfer", "transfers", "transform", "transport", "transports"),
)
ATE_IF_VERB = (
    *("affiliate", "consummate", "degenerate", "incarnate", "laminate"),
    *(
        "postulate",
        "advocate",
        "advocates",
        "aggregate",
        "alternate",
        "animate",
        "appropriate",
        "approximate",
    ),
    *("articulate", "associate", "associates", "coordinate", "delegate", "delegates"),
    *("deliberate", "duplicate", "elaborate", "estimate", "estimates", "graduate", "graduates"),
    *("intimate", "moderate", "predicate", "separate", "subordinate", "syndicate"),
)
VOICED_IF_VERB = ("abuse", "abuses", "diffuse", "excuse", "excuses", "misuse", "use", "uses")
# Tags -> pronunciation for the rest; the pronunciation of no tags is that of all other uses.
OTHERS: dict[str, dict[tuple[str, ...], str]] = {
    "aged": {("JJ",): "EY1 JH IH0 D", (): "EY1 JH D"},
    "bass": {("fish",): "B AE1 S", (): "B EY1 S"},
    "bow": {("VB", "VBP"): "B AW1", (): "B OW1"},
    "bows": {("VBZ",): "B AW1 Z", (): "B OW1 Z"},
    "close": {("JJ", "RB"): "K L OW1 S", (): "K L OW1 Z"},
    "content": {("JJ", "VB", "VBP"): "K AH0 N T EH1 N T", (): "K AA1 N T EH0 N T"},
    "dove": {("VBD",): "D OW1 V", (): "D AH1 V"},
    "invalid": {("JJ",): "IH2 N V AE1 L AH0 D", (): "IH1 N V AH0 L AH0 D"},
    "house": {("VB", "VBP"): "HH AW1 Z", (): "HH AW1 S"},
    "lead": {("metal",): "L EH1 D", (): "L IY1 D"},
    "learned": {("JJ",): "L ER1 N IH0 D", (): "L ER1 N D"},
    "live": {("JJ", "RB"): "L AY1 V", (): "L IH1 V"},
    "lives": {("VBZ",): "L IH1 V Z", (): "L AY1 V Z"},
    "minute": {("JJ",): "M AY0 N UW1 T", (): "M IH1 N AH0 T"},
    "polish": {("JJ", "NNP", "NNPS"): "P OW1 L IH0 SH", (): "P AA1 L IH0 SH"},
    "read": {("VBD", "VBN"): "R EH1 D", (): "R IY1 D"},
    "recall": {("NN",): "R IY1 K AO2 L", (): "R IH0 K AO1 L"},
    "resume": {("NN",): "R EH1 Z AH0 M EY2", (): "R IH0 Z UW1 M"},
    "sow": {("VB", "VBP"): "S OW1", (): "S AW1"},
    "tear": {("VB", "VBP"): "T EH1 R", (): "T IH1 R"},
    "tears": {("VBZ",): "T EH1 R Z", (): "T IH1 R Z"},
    "upset": {("NN",): "AH1 P S EH2 T", (): "AH0 P S EH1 T"},
    "used": {("habit",): "Y UW1 S T", (): "Y UW1 Z D"},
    "wind": {("VB", "VBP"): "W AY1 N D", (): "W IH1 N D"},
    "winds": {("VBZ",): "W AY1 N D Z", (): "W IH1 N D Z"},
    "wound": {("VBD", "VBN"): "W AW1 N D", (): "W UW1 N D"},
}
HETERONYMS = frozenset(
    (*FIRST_STRESSED_UNLESS_VERB, *ATE_IF_VERB, *VOICED_IF_VERB, *OTHERS),
)


def choose(word: str, tag: str) -> Pronunciation:
    """The pronunciation of one of the `HETERONYMS` (lower case) as this part of speech."""
    if word in OTHERS:
        senses = OTHERS[word]
        return tuple(next((p for tags, p in senses.items() if tag in tags), senses[()]).split())
    verb = tag.startswith("VB")
    wanted = next((p for p in look_up(word) if _is_verb_form(word, p) == verb), None)
    return wanted or look_up(word)[0]


def _is_verb_form(word: str, phones: Pronunciation) -> bool:
    if word in VOICED_IF_VERB:
        return phones[-3 if word.endswith("es") else -1] == "Z"
    if word in ATE_IF_VERB:
        return phones[-3 if word.endswith("s") else -2].startswith("EY")
    stresses = [phone[-1] for phone in phones if phone[-1].isdigit()]
    return stresses[0] != "1"


def tag_words(written: Sequence[str]) -> list[str]:
    """The Penn Treebank tag of each token of a sentence (as written: capitals matter).

    Instead of a tag, a heteronym may have the name of a sense (`fs2.text.senses`). Only the words
    of its own sentence decide.

    Raises FS2Error if the tagger's package is not installed.
    """
    return [tag for sentence in _sentences(written) for tag in _tag_sentence(sentence)]


def _sentences(written: Sequence[str]) -> Iterator[Sequence[str]]:
    """The tokens, parted after each mark that ends a sentence, or at `LONGEST_SENTENCE`."""
    start = 0
    for end, token in enumerate(written, start=1):
        if token in SENTENCE_ENDS or end - start == LONGEST_SENTENCE:
            yield written[start:end]
            start = end
    yield written[start:]


def _tag_sentence(written: Sequence[str]) -> list[str]:
    parts: list[str] = []
    places: list[int] = []
    for token in written:
        base, ending = (token, "") if token in PUNCTUATION else stem(token)
        places.append(len(parts))
        parts += [base, ending] if ending else [base]
    tags = _tagger()(parts)
    lower = [part.lower() for part in parts]
    return [
        sense(lower, tags, place) if lower[place] in HETERONYMS else tags[place] for place in places
    ]


@cache
def _tagger() -> Any:
    try:
        from hibari.g2p.tagger import Tagger
    except ImportError as error:
        raise FS2Error(
            "text.heteronyms: the package hibari-tts, which holds the part-of-speech tagger, "
            "is missing; install it with 'pip install hibari-tts==0.2.1', or set the key to false"
        ) from error
    folder = package_weights("hibari", TAGGER_WEIGHTS, "text.heteronyms")
    return Tagger(json.loads(gzip.decompress((folder / TAGGER_FILE).read_bytes())))
