"""Text as a list of words that two writers of the same speech agree on.

Both the text that was read and the recogniser's transcript go through `comparable_words`, so
what matters is that two spellings of the same spoken words end alike, not that they end well.
"""

import re
from textwrap import wrap

from fs2.errors import FS2Error
from fs2.text.normalise import normalise

WHOLE_WORDS = {
    "won't": "will not", "can't": "can not", "cannot": "can not", "shan't": "shall not",
    "ain't": "is not", "let's": "let us", "'tis": "it is", "'twas": "it was", "o'clock": "oclock",
    "y'all": "you all", "ma'am": "madam", "gonna": "going to", "wanna": "want to",
    "gotta": "got to", "goin'": "going", "'em": "them", "'cause": "because", "o'": "of",
    "ok": "okay", "alright": "all right", "oh": "o", "till": "until", "'til": "until",
    "mr": "mister", "mrs": "missus", "ms": "miss", "dr": "doctor", "prof": "professor",
    "etc": "et cetera", "vs": "versus", "grey": "gray", "defence": "defense",
    "offence": "offense", "licence": "license", "pretence": "pretense", "practise": "practice",
    "programme": "program", "sceptic": "skeptic", "sceptical": "skeptical", "plough": "plow",
    "tyre": "tire", "mould": "mold", "moustache": "mustache", "pyjamas": "pajamas",
    "cheque": "check", "judgement": "judgment", "ageing": "aging", "jewellery": "jewelry",
    "towards": "toward", "afterwards": "afterward", "storey": "story", "storeys": "stories",
    "draught": "draft", "draughts": "drafts", "whisky": "whiskey", "aeroplane": "airplane",
    "sulphur": "sulfur", "enquiry": "inquiry", "enquire": "inquire", "goodbye": "good bye",
}  # fmt: skip
"""Contractions that follow no rule, and words of several spellings."""

FILLERS = {"um", "uh", "uhm", "hm", "hmm", "mm", "mhm", "er", "erm"}
"""Sounds that a transcript may or may not write down."""

IS_AFTER = "it|he|she|that|there|here|what|who|where|how|when|this"
"""Words after which 's is a verb; after all others it is a possessive and stays with its word."""

RULES = [
    (r"n't$", " not"),
    (rf"^({IS_AFTER})'s$", r"\1 is"),
    (r"'re$", " are"),
    (r"'ll$", " will"),
    (r"'ve$", " have"),
    (r"'m$", " am"),
    (r"'d$", " would"),
    (r"'", ""),
    (r"^(\w{3,})is(e|ed|es|er|ers|ing|ation|ations)$", r"\1iz\2"),
    (r"^(\w{3,})ys(e|ed|es|er|ers|ing)$", r"\1yz\2"),
    (r"^(\w{2,}[^aeiou])our(s|ed|ing|ite|ites|able|less|ful|er|ers|hood)?$", r"\1or\2"),
    (r"^(\w{2,}[tb])re(s|d)?$", r"\1er\2"),
    (r"^(\w{3,})ogue(s)?$", r"\1og\2"),
    (
        r"^(travel|cancel|level|model|label|signal|counsel|marvel|quarrel|equal|total|fuel|"
        r"jewel|tunnel|channel|shovel|pencil|fulfil|instal|enrol|skil|wil)l(ed|ing|er|ers|ment|ful)$",
        r"\1\2",
    ),
]
"""Patterns within one word and what replaces them: contractions first, then British spelling."""

READABLE = 20
"""Characters of the parts in which what cannot be read in one is read."""

_PATTERNS = [(re.compile(pattern), replacement) for pattern, replacement in RULES]


def comparable_words(text: str) -> list[str]:
    """The words of `text` in one spelling: numbers and abbreviations spoken out, contractions
    in full, British spelling as American, lower case, without punctuation, accents and fillers.
    """
    text = re.sub(r"(?i)\bo\.?k\b\.?", "okay", text)
    try:
        plain = normalise(text).lower()
    except FS2Error:  # a recogniser in a loop writes words that are too long to be read
        plain = normalise(" ".join(wrap(text, READABLE))).lower()
    words = []
    for token in re.findall(r"[a-z']+", plain):
        word = WHOLE_WORDS.get(token) or WHOLE_WORDS.get(token.strip("'"), token.strip("'"))
        if " " not in word:
            for pattern, replacement in _PATTERNS:
                word = pattern.sub(replacement, word)
        words += [part for part in word.split() if part not in FILLERS]
    return words
