"""Text in the charset it names, by whatever name, or in the one it is in."""

import re

# What programs call a charset, in letters, digits and hyphens, and what Python calls it, or a wider one: of a
# name of its narrow form people's programs write the wide one (https://encoding.spec.whatwg.org/#names-and-labels).
_NAMES = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "utf8mb4": "utf-8-sig",
    "unicode-1-1-utf-8": "utf-8-sig",
    "cp65001": "utf-8-sig",
    "ansi": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "cp54936": "gb18030",
    "ks-c-5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "macintosh": "mac-roman",
    "mac": "mac-roman",
    "mac-ce": "mac-latin2",
    "mac-centraleurroman": "mac-latin2",
    "mac-icelandic": "mac-iceland",
    "cp10000": "mac-roman",
    "cp20127": "ascii",
    "cp20866": "koi8-r",
    "cp21866": "koi8-u",
    # Of Python's own that no mail is in: some take the square of a text's time.
    "idna": "utf-8-sig",
    "punycode": "utf-8-sig",
    "raw-unicode-escape": "utf-8-sig",
    "unicode-escape": "utf-8-sig",
}
_CODE_PAGE = re.compile(r"(?:cp|ibm|dos|oem|ms|ansi|win|windows|microsoft-cp)-?0*(\d{3,5})")
_ISO = re.compile(r"iso-?8859-?(\d{1,2})(?:-[ei])?")  # Hebrew's -i and -e say the order of letters
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)


def decode(body: bytes, *named: str) -> str:
    """The text, by the first of the named charsets that it is in.

    Else it is in UTF-8, else in Windows-1252. Text that claims a western charset, and is all UTF-8, is in
    that.
    """
    for name in (*map(known_name, named), "utf-8-sig"):
        for charset in ("utf-8-sig", name) if name == "cp1252" else (name,):
            try:
                return body.decode(charset)
            except (LookupError, ValueError):
                continue
    return body.decode("cp1252", "replace")


def known_name(name: str) -> str:
    """The name by which Python knows a charset; as it is where nobody knows it."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    plain = plain.removeprefix("charset-").removeprefix("x-")
    if match := _CODE_PAGE.fullmatch(plain):
        plain = f"cp{match[1]}"
    elif match := _ISO.fullmatch(plain):
        plain = f"iso8859-{int(match[1])}"
    return _NAMES.get(plain, plain)


def named_in_page(page: bytes) -> str:
    """The charset that a page in HTML names itself; "" for none."""
    match = _META.search(page[:2048])
    return match[1].decode() if match else ""
