"""Names of people: their short form, and names that look alike."""

import re
import unicodedata

FORMER_MEMBER = "former member"  # what is shown in place of the name of somebody who is erased

# What stands before a surname, and belongs to it: Irish first, then what else is met in Ireland.
_BEFORE = {
    *("ó", "ua", "o", "ní", "uí", "nic", "mhic", "mac", "mc", "nig", "mag"),
    *("de", "du", "da", "di", "do", "dos", "das", "del", "della", "la", "le", "van", "von", "der"),
    *("den", "ten", "ter", "el", "al", "bin", "bint", "ibn", "st", "st."),
}
_MAC = re.compile(r"\b(Ma?c)(?=[^\W\d_a-z])")
_JOINED = re.compile(r"((?:Mc|Mac|Fitz|[OD]['’])(?=[^\W\d_a-z]))?(.)")


def short_name(first: str, name: str) -> str:
    """First name and surname's initial: `Una K.`, `Una Ní D.`, `Pat O’B.`.

    Tells people apart who know each other, and says little to others. `first` is what the person is called.
    """
    words = name.split()
    called = (first.split() or words)[0]
    surname = next((n for n, word in enumerate(words) if n and word.casefold() in _BEFORE), -1)
    if len(words) < 2:
        return called
    before = []
    for word in words[surname:-1]:
        if word.casefold() not in _BEFORE:
            break
        before.append(word)
    core = words[surname:][len(before)]
    return " ".join([called, *before, f"{_initial(core)}."])


def _initial(word: str) -> str:
    """With what is written together with it (`McC`), and with its marks."""
    match = _JOINED.match(unicodedata.normalize("NFC", word))
    return (match[1] or "") + match[2] if match else ""


# Letters of other scripts that look like ours, and digits that are taken for letters.
_ALIKE = str.maketrans(
    "аеорсухікмтвнԁԍһјӏѕԛԝαεορτυχικνηγβμıłøđðħŧ01",  # noqa: RUF001
    "aeopcyxikmtbhdghjlsqwaeoptuxiknnybuiloddhtol",
)


def fold_look_alikes(name: str) -> str:
    """One text for all names that look or read alike.

    Case, accents, spaces and signs aside, and with our letters for those of another script.
    """
    spelt = unicodedata.normalize("NFKD", name.casefold())
    plain = unicodedata.normalize("NFKD", spelt.translate(_ALIKE).casefold()).translate(_ALIKE)
    return "".join(each for each in plain if each.isalnum())


def sort_key(name: str) -> str:
    """A name to sort by: Áine stands among the As, where readers look for her."""
    spelt = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in spelt if not unicodedata.combining(letter))


def spell_surname(name: str) -> tuple[list[str], list[str]]:
    """The words of a name with its surname's particles apart, and joined to it.

    `Anne Mc Carthy` and `Anne McCarthy`, whichever of them it is.
    """
    apart = _MAC.sub(r"\1 ", name).split()
    joined: list[str] = []
    for n, word in enumerate(apart):
        if n and apart[n - 1].casefold() in _BEFORE:
            joined[-1] += word
        else:
            joined.append(word)
    return apart, joined


def fold_words(text: str) -> str:
    """The words of a text in plain small letters, to be searched.

    One space stands between them; a sign parts words.
    """
    words = re.split(r"[\W_]+", sort_key(text))
    return " ".join(filter(None, map(fold_look_alikes, words)))
