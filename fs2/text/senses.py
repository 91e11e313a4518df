"""What the neighbours of a heteronym tell that its part of speech does not, or tells wrongly.

Each rule is a function of the words (lower case), their Penn Treebank tags and a place; it answers
with a better tag, or with a sense of its own ("metal" for lead), or with nothing.
"""

from collections.abc import Callable, Sequence

Words = Sequence[str]
Rule = Callable[[Words, Sequence[str], int], str | None]


def words_of(text: str) -> frozenset[str]:
    """The words of a list that is written with blanks between them."""
    return frozenset(text.split())


BE = words_of("am is are was were be been being 'm 're 's")
HAVE = words_of("have has had having 've")
GET = words_of("get gets got getting become became grow grown grew")
SEEM = words_of("seem seems seemed feel feels felt look looks looked remain remains")
MODALS = words_of(
    "will would can could shall should may might must cannot 'll 'd to let do does did"
)
PLURAL_SUBJECTS = words_of("i we you they who")
SINGULAR_SUBJECTS = words_of("he she it nobody everybody someone everyone")
ADVERBS = words_of(
    "not n't never always also still often really only just now then soon ever even strongly "
    "rarely seldom usually sometimes gladly simply"
)
DETERMINERS = words_of(
    "a an the this that these those my your his her its our their no some any each every"
)
PAST_TIMES = words_of("yesterday ago earlier once")
INTO = words_of("into in off down from under through over for headfirst beneath")
METAL = words_of(
    "pipe pipes paint paints poisoning shot mine mines bullet bullets weight weights ore roof "
    "roofs coffin coffins pencil pencils lining sheet sheets ball balls acetate oxide crystal "
    "glass content levels"
)
BEFORE_MATERIAL = words_of("of with in into more much less molten red white liquid melted")
METALS = words_of("metal metals iron copper zinc tin silver steel mercury antimony brass")
TINY = words_of(
    "account analysis attention care instructions investigation knowledge observation "
    "observations particulars study survey amount amounts quantity quantities fraction detail "
    "details particle particles difference differences portion trace traces speck grain "
    "grains crack cracks hole holes examination inspection description organism organisms "
    "piece pieces drop drops dose doses change changes adjustment adjustments scale fragment "
    "fragments crystals creatures animals variations"
)
FISH = words_of("caught catch catches fish fishing fished lake river sea largemouth")
LEARNED = words_of(
    "man men woman judge counsel friend gentleman professor scholar society societies journal "
    "author profession brother doctor lady people"
)
ON_AIR = words_of(
    "perform performs performed performing broadcast broadcasts televised streamed streaming aired "
    "shown recorded played sang sung reporting"
)
EYES = words_of("eye eyes")
SHIP = words_of("ship ships boat boats stern vessel anchor deck canoe")
POLITE = words_of("take takes took taken makes made make deep low final polite")


def sense(words: Words, tags: Sequence[str], place: int) -> str:
    """The tag of a heteronym, corrected by its neighbours, or the name of a sense of its own."""
    for rule in (RULES.get(words[place]), _verb_or_noun):
        found = rule and rule(words, tags, place)
        if found:
            return found
    return tags[place]


def before(words: Words, place: int) -> str:
    """The nearest word before that is no adverb; empty at the beginning."""
    while place and words[place - 1] in ADVERBS:
        place -= 1
    return words[place - 1] if place else ""


def after(words: Words, place: int) -> str:
    """The word after; empty at the end."""
    return words[place + 1] if place + 1 < len(words) else ""


def _verb_or_noun(words: Words, tags: Sequence[str], place: int) -> str | None:
    """A verb after a subject, a modal, "do not" or as a request; a noun after a determiner."""
    previous, tag = before(words, place), tags[place]
    noun = tag.startswith("NN") or tag in ("JJ", "RB")
    if not previous and noun and after(words, place) in DETERMINERS - {"that"}:
        return "VB"
    if previous in PLURAL_SUBJECTS | MODALS and noun and not _is_object(words, tags, place):
        return "VB"
    if previous in SINGULAR_SUBJECTS and tag == "NNS":
        return "VBZ"
    if tag.startswith("VB") and place and words[place - 1] in DETERMINERS - {"that"}:
        return "NN"
    if tag == "NN" and place and _is_plural(words, tags, place - 1) and _has_no_verb(tags):
        return "VBP"
    return None


def _is_object(words: Words, tags: Sequence[str], place: int) -> bool:
    """Whether "to" before a word is a preposition: "from start to present", "to house rent"."""
    compound = place + 1 < len(tags) and tags[place + 1].startswith("NN")
    return before(words, place) == "to" and (compound or tags[place] in ("JJ", "NNS"))


def _is_plural(words: Words, tags: Sequence[str], place: int) -> bool:
    return tags[place].startswith("NN") and words[place].endswith("s")


def _has_no_verb(tags: Sequence[str]) -> bool:
    return not any(tag.startswith("VB") or tag == "MD" for tag in tags)


def _read(words: Words, tags: Sequence[str], place: int) -> str | None:
    """Past or present, which are written alike."""
    previous = before(words, place)
    if previous in HAVE | BE or (place > 1 and words[place - 2] in HAVE):
        return "VBN"
    if previous in MODALS or (place > 1 and words[place - 2] in MODALS - {"to"}):
        return "VB"
    if previous in SINGULAR_SUBJECTS:
        return "VBD"
    if previous in DETERMINERS or tags[place].startswith("NN"):
        return "NN" if previous in DETERMINERS else None
    others = [tag for number, tag in enumerate(tags) if number != place]
    told_past = PAST_TIMES & set(words) or ("last" in words and "VBD" not in others)
    if told_past or "VBD" in others:
        return "VBD"
    return "VBP" if tags[place] == "VBD" and previous in PLURAL_SUBJECTS else None


def _lead(words: Words, tags: Sequence[str], place: int) -> str | None:
    """The metal, not what one leads or takes."""
    previous, following = before(words, place), after(words, place)
    if following in METAL or previous in METAL:
        return "metal"
    if not tags[place].startswith("NN") or tags[place + 1 : place + 2] in (["NN"], ["NNS"]):
        return None
    among_metals = METALS & set(words) and previous not in DETERMINERS
    return "metal" if previous in BEFORE_MATERIAL or among_metals else None


def _minute(words: Words, tags: Sequence[str], place: int) -> str | None:
    following = after(words, place)
    predicate = before(words, place) in BE and following in ("", ".", ",", "but", "and")
    return "JJ" if following in TINY or predicate else None


def _content(words: Words, tags: Sequence[str], place: int) -> str | None:
    previous, following = before(words, place), after(words, place)
    if previous in BE | SEEM | {"quite", "perfectly", "well", "very", "so", "fully"}:
        return None if following == "of" else "JJ"
    return "JJ" if following in ("with", "to") and previous not in DETERMINERS else None


def _used(words: Words, tags: Sequence[str], place: int) -> str | None:
    """The habit ("used to live", "used to the noise"), not the tool ("is used to cut")."""
    if after(words, place) != "to":
        return None
    verb = place + 2 < len(tags) and tags[place + 2] in ("VB", "VBP")
    if before(words, place) in BE:
        return None if verb else "habit"
    accustomed = before(words, place) in GET
    return "habit" if accustomed or tags[place] == "VBD" else None


def _dove(words: Words, tags: Sequence[str], place: int) -> str | None:
    previous = words[place - 1] if place else ""
    subject = previous not in DETERMINERS and (
        previous in PLURAL_SUBJECTS | SINGULAR_SUBJECTS or tags[place - 1 : place] != ["JJ"]
    )
    return "VBD" if place and subject and after(words, place) in INTO else "NN"


def _bow(words: Words, tags: Sequence[str], place: int) -> str | None:
    """What one takes or makes bending, or of a ship, beside the weapon and the knot."""
    near = set(words[max(0, place - 3) : place])
    if SHIP & set(words):
        return "VB"
    return "VB" if near & POLITE and tags[place].startswith("NN") else None


def _bass(words: Words, tags: Sequence[str], place: int) -> str | None:
    return "fish" if FISH & set(words) else None


def _learned(words: Words, tags: Sequence[str], place: int) -> str | None:
    return "JJ" if after(words, place) in LEARNED else None


def _invalid(words: Words, tags: Sequence[str], place: int) -> str | None:
    """The person after an article, where a verb follows."""
    person = place and words[place - 1] in DETERMINERS and place + 1 < len(tags)
    return "NN" if person and tags[place + 1].startswith(("VB", "MD", "IN")) else None


def _tear(words: Words, tags: Sequence[str], place: int) -> str | None:
    wear = words[max(0, place - 2) : place] == ["wear", "and"]
    along = not place and after(words, place) in ("along", "off", "out", "up", "open")
    rent = tags[place] == "NN" and after(words, place) == "in" and not EYES & set(words)
    return "VB" if wear or along or rent else None


def _wound(words: Words, tags: Sequence[str], place: int) -> str | None:
    previous, following = before(words, place), after(words, place)
    if previous in HAVE | BE or following in ("through", "around", "up", "round", "along"):
        return "VBD"
    return None


def _close(words: Words, tags: Sequence[str], place: int) -> str | None:
    plural = place > 0 and _is_plural(words, tags, place - 1) and _has_no_verb(tags)
    end = before(words, place) in DETERMINERS and after(words, place) in ("", ".", ",", "of")
    if end:
        return "NN"
    return "VBP" if plural else None


def _live(words: Words, tags: Sequence[str], place: int) -> str | None:
    """As it happens: "broadcast live"."""
    return "RB" if before(words, place) in ON_AIR else None


RULES: dict[str, Rule] = {
    "bass": _bass,
    "bow": _bow,
    "close": _close,
    "content": _content,
    "dove": _dove,
    "invalid": _invalid,
    "lead": _lead,
    "learned": _learned,
    "live": _live,
    "minute": _minute,
    "read": _read,
    "tear": _tear,
    "used": _used,
    "wound": _wound,
}
