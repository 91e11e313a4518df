# ruff: noqa: RUF001 (look-alike characters are what is tested)
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.text.normalise import normalise, tokens_of, unspeakable

CASES = {
    # numbers
    "$1,200": "one thousand two hundred dollars",
    "$1.50 and $0.25": "one dollar and fifty cents and twenty five cents",
    "$3 million or $1.2 billion": "three million dollars or one point two billion dollars",
    "£5, €1": "five pounds, one euro",
    "$5m, $1.5bn": "five million dollars, one point five billion dollars",
    "24/7, 9/11": "twenty four seven, nine eleven",
    "5G, 5 g": "five G, five grams",
    "in 1865.": "in eighteen sixty five.",
    "in 1900, 1905, 2005 and 2024": (
        "in nineteen hundred, nineteen oh five, two thousand five and twenty twenty four"
    ),
    "3500 men": "three thousand five hundred men",
    "the 1850s and the '60s": "the eighteen fifties and the sixties",
    "No. 5": "number five",
    "the 5th, 21st and 112th": "the fifth, twenty first and one hundred twelfth",
    "3rd-floor": "third floor",
    "3.14 and 0.5": "three point one four and zero point five",
    "12,345,678.9": (
        "twelve million three hundred forty five thousand six hundred seventy eight point nine"
    ),
    "It is 5.": "It is five.",
    "50% or 2.5%": "fifty percent or two point five percent",
    "007": "zero zero seven",
    "1/2 a cup, 3/4, 2/3, 5 1/2 miles, 5½ km": (
        "one half a cup, three quarters, two thirds, five and a half miles, "
        "five and a half kilometers"
    ),
    "pages 10-20, 1914-1918": "pages ten to twenty, nineteen fourteen to nineteen eighteen",
    "-5 °C": "minus five degrees Celsius",
    "6 ft. 2 in. tall": "six feet two inches tall",
    "1 km, 80 km/h": "one kilometer, eighty kilometers per hour",
    "555-1234": "five five five, one two three four",
    "#5": "number five",
    # dates and times
    "Nov. 22, 1963": "November twenty second, nineteen sixty three",
    "22 November 1963": "the twenty second of November, nineteen sixty three",
    "1963-11-22 is 11/22/1963": (
        "November twenty second, nineteen sixty three is "
        "November twenty second, nineteen sixty three"
    ),
    "3:30 p.m. on Friday": "three thirty P M on Friday",
    "at 9 a.m.": "at nine A M.",
    "10:00, 12:05, 10:00 a.m.": "ten o'clock, twelve oh five, ten A M.",
    "8:05am, 9am to 10 PM, 9:30-10:45": (
        "eight oh five A M, nine A M to ten P M, nine thirty to ten forty five"
    ),
    # names
    "Henry VIII": "Henry the eighth",
    "Louis XIV's court": "Louis the fourteenth's court",
    "World War II, Chapter IV": "World War two, Chapter four",
    "Mary and I went": "Mary and I went",
    "Dr. Smith of Elm Dr.": "Doctor Smith of Elm Drive.",
    "Mr. & Mrs. Jones, Jr.": "Mister and Missus Jones, Junior.",
    "St. Louis, Main St.": "Saint Louis, Main Street.",
    "i.e. cats, dogs, etc.": "that is, cats, dogs, et cetera.",
    "J. F. K. met": "J F K met",
    "to the USSR. Unknown to Drs. Paul and Marie": (
        "to the U S S R. Unknown to Doctors Paul and Marie"
    ),
    "James A. Smith": "James A Smith",
    "It was I. Then": "It was I. Then",
    "the U.S. Government of the U.S.": "the U S Government of the U S.",
    "FBI, the FBI's, MPs": "F B I, the F B I's, M P's",
    "NASA, COVID": "NASA, COVID",
    "shhh, Mr.Jones": "shh, Mister Jones",
    "STOP THIS NOW": "stop this now",
    "mp3 in 3D": "M P three in three D",
    # characters
    "“Müller,” she said": "Muller, she said",
    "wait—no – or - yes": "wait, no, or, yes",
    "one (two) [three].": "one, two, three.",
    "what?! Well... no...": "what? Well, no.",
    "sixty-five": "sixty five",
    "'Quoted,' the boys' dog; 'tis rock 'n' roll": "Quoted, the boys dog; 'tis rock and roll",
    "me@foo.com, https://www.example.org/a-b": (
        "me at foo dot com, W W W dot example dot org slash a dash b"
    ),
    "press * or #": "press star or pound",
    "and/or x=3+4": "and or x equals three plus four",
    "12³ 🙂 Привет": "twelve cubed",
    "?!... ": "",
    "1100-.0 IIIII": "eleven hundred to point zero I I",
    # what careless rules read wrongly
    "No. I don't know.": "No. I don't know.",
    "It was a work of art. I liked it.": "It was a work of art. I liked it.",
    "He lives in the U.S. He likes it.": "He lives in the U S. He likes it.",
    "Plan B. Then plan C.": "Plan B. Then plan C.",
    "Roe v. Wade was decided.": "Roe versus Wade was decided.",
    "Version v2.0.1 is out.": "Version v two point zero point one is out.",
    "Wed., May 3": "Wednesday, May third",
    "They march 15 miles.": "They march fifteen miles.",
    "It may 10 times fail.": "It may ten times fail.",
    "Last May 5 students came.": "Last May five students came.",
    "He owes -$20.": "He owes minus twenty dollars.",
    "a $20 bill": "a twenty dollar bill",
    "$5-10": "five to ten dollars",
    "$100/month": "one hundred dollars a month",
    "₹500": "five hundred rupees",
    "+1 800 555 0199": "plus one, eight zero zero, five five five, zero one nine nine",
    "555.123.4567": "five five five, one two three, four five six seven",
    "Call 911.": "Call nine one one.",
    "25.12.2021": "the twenty fifth of December, twenty twenty one",
    "On 12/25/99 we met.": "On December twenty fifth, ninety nine we met.",
    "17/05/2024": "the seventeenth of May, twenty twenty four",
    "class of '09": "class of oh nine",
    "5 Jan": "the fifth of January",
    "In 1066 William won.": "In ten sixty six William won.",
    "contained 1308 prisoners": "contained one thousand three hundred eight prisoners",
    "serial number C2766": "serial number C two seven six six",
    "a .38-caliber pistol": "a thirty eight caliber pistol",
    "a 50-50 chance": "a fifty fifty chance",
    "12 in": "twelve inches",
    "5'10\" tall": "five foot ten tall",
    "60 kWh": "sixty kilowatt hours",
    "5 mA": "five milliamps",
    "100 MB/s": "one hundred megabytes per second",
    "5 mi": "five miles",
    "10 µm": "ten micrometers",
    "3 m^2": "three square meters",
    "10k people": "ten thousand people",
    "10^6": "ten to the sixth",
    "1.5e-3": "one point five times ten to the minus three",
    "a<b": "a is less than b",
    "√2": "the square root of two",
    "1/100": "one hundredth",
    "1/2/3": "one, two, three",
    "2 000 000": "two million",
    "1.234,56": "one thousand two hundred thirty four point five six",
    "Apt. 5B": "apartment five B",
    "5th Ave": "fifth Avenue",
    "est. 1990": "established nineteen ninety",
    "w/o": "without",
    "ext. 5": "extension five",
    "Mon. Jan. 3": "Monday January third",
    "Charles I. in the sixth year": "Charles the first in the sixth year",
    "XVIII century": "eighteenth century",
    "Act III, scene ii": "Act three, scene two",
    "AT&T": "A T and T",
    "CO2": "C O two",
    "http://localhost:8080/index": "localhost port eight zero eight zero, slash index",
    "# Heading": "Heading",
}


@pytest.mark.parametrize(("sentence", "expected"), CASES.items())
def test_text_is_written_as_it_is_read(sentence, expected):
    assert normalise(sentence) == expected


NASTY = st.text(
    st.one_of(
        st.sampled_from("aAbIVXLstdmpr0123459.,:;!?'\"-—/ $£₹%#&@()<>[]^*_~=+\\°'’½²⁻…"),
        st.characters(codec="utf-8"),
    ),
    max_size=40,
)
PIECES = (
    "Dr. St. No. Nov. 22 1963 $5 p.m. 3:30 J. F. I. A U.S. FBI 5th Henry VIII II etc. - -- ... ' "
    "Mon. -Fri. w/o w/ ext. III. Vol. Act scene ii x^2 a@b.co www.a.org/b 1.234,56 CO2 AT&T 12' "
    "$5-10 -$5 /month a 5-km in. 5'10 <5 > = ~ +1 555 0199 call 911 v. v2.0.1 10k [ ] 1. 12/31 ff. "
    "'60s 1,000 1/2 km m. ( ) e.g. x's a 7.5 .5 vol. ft. # * mph THE I'm mp3 \" Mr St"
)
WORDS = st.lists(st.sampled_from(PIECES.split())).map(" ".join)


@given(st.one_of(NASTY, WORDS))
def test_the_result_is_of_words_and_single_marks(sentence):
    result = normalise(sentence)
    tokens = tokens_of(result)
    assert result.replace(" ", "") == "".join(tokens)
    assert all(token.isascii() for token in tokens)
    assert result == result.strip()
    assert "  " not in result
    marks = [token in ",.?!;:" for token in tokens]
    assert not any(first and second for first, second in pairwise(marks))
    assert marks[:1] != [True]


@given(st.one_of(NASTY, WORDS))
def test_normalising_twice_changes_nothing(sentence):
    once = normalise(sentence)
    assert normalise(once) == once


def test_known_words_are_not_spelled_out():
    assert normalise("the WDSU van") == "the W D S U van"
    assert normalise("the WDSU van", known={"wdsu"}) == "the WDSU van"


def test_characters_of_which_nothing_can_be_made_are_named():
    assert unspeakable("Zoë’s naïve — “œuvre” №5 ½ ２\u200b\ufeff\n") == []
    assert unspeakable("hi 👍 Привет 👍 日") == ["👍", *dict.fromkeys("Привет"), "日"]
