"""Owns the names of the demo's people, as one meets them in Ireland."""

import random
from collections.abc import Iterator
from itertools import cycle

_WOMEN = (
    *(
        "Sinéad",
        "Aoife",
        "Caoimhe",
        "Gráinne",
        "Róisín",
        "Niamh",
        "Orlaith",
        "Bríd",
        "Áine",
        "Clíona",
    ),
    *(
        "Saoirse",
        "Máire",
        "Síle",
        "Deirdre",
        "Eimear",
        "Fionnuala",
        "Mary",
        "Catherine",
        "Patricia",
    ),
    *(
        "Bernadette",
        "Noreen",
        "Caoilfhionn",
        "Muireann",
        "Éabha",
        "Ríona",
        "Órla",
        "Siobhán",
        "Emma",
    ),
)
_MEN = (
    *(
        "Seán",
        "Pádraig",
        "Tadhg",
        "Oisín",
        "Cian",
        "Diarmuid",
        "Fearghal",
        "Ciarán",
        "Eoghan",
        "Micheál",
    ),
    *(
        "Donncha",
        "Rónán",
        "Cathal",
        "Séamus",
        "John",
        "Patrick",
        "Declan",
        "Colm",
        "Noel",
        "Darragh",
    ),
    *("Ruairí", "Breandán", "Iarlaith", "Aodhán", "Éamonn", "Fiachra", "Gearóid", "Kevin"),
)
_ENGLISH = (
    *(
        "O'Sullivan",
        "O'Brien",
        "O'Mahony-Walsh",
        "O'Shaughnessy",
        "McCarthy",
        "McLoughlin",
        "McGuinness",
    ),
    *(
        "MacNamara",
        "Murphy",
        "Kelly",
        "Byrne",
        "Walsh",
        "Doherty",
        "Gallagher",
        "Fitzgerald",
        "Nolan",
    ),
    *(
        "Byrne-O'Connor",
        "Fitzpatrick",
        "de Búrca",
        "de Paor",
        "Le Gear",
        "Breathnach",
        "O’Driscoll",
    ),
    *(
        "Kavanagh",
        "Brennan",
        "Quinn",
        "Moriarty",
        "Hennessy",
        "FitzGibbon",
        "McGillycuddy",
        "Power",
    ),
)
# The surname of a man, and of his sister.
_IRISH = (
    ("Ó Domhnaill", "Ní Dhomhnaill"),
    ("Ó Súilleabháin", "Ní Shúilleabháin"),
    ("Mac Giolla Phádraig", "Nic Giolla Phádraig"),
    ("Mac Giolla Bhríde", "Nic Giolla Bhríde"),
    ("Mac Aonghusa", "Nic Aonghusa"),
    ("Ó Conchubhair", "Ní Chonchubhair"),
    ("Ó hUiginn", "Ní Uiginn"),
    ("Mac Cárthaigh", "Nic Cárthaigh"),
    ("Ó Maoileoin", "Ní Mhaoileoin"),
    ("Ó hÓgáin", "Ní Ógáin"),
)
_OWN = (
    "Caoilfhionn Máire Bríd Nic Giolla Phádraig-Ó Maoilsheachlainn",
    "Maximilian-Alexander Fitzgerald-O'Shaughnessy de Búrca",
    "Łucja Wiśniewska-Kowalczyk",
    "Olúwaṣeun Adébáyọ̀",
    "Nguyễn Thị Hương",
    "João Vítor Gonçalves",
    "Zoë O'Neill",
    "Bríd Uí Bhriain",
)


def names(rng: random.Random) -> Iterator[str]:
    """Names without end, none twice; the rare ones early, so that everybody meets one."""
    seen: set[str] = set()
    rare = [*_OWN]
    for number in cycle(range(30)):
        if number == 4 and rare:
            name = rare.pop(0)
        else:
            woman = rng.random() < 0.6
            first = rng.choice(_WOMEN if woman else _MEN)
            last = rng.choice(_IRISH)[woman] if rng.random() < 0.35 else rng.choice(_ENGLISH)
            name = f"{first} {last}"
        if name not in seen:
            seen.add(name)
            yield name
