"""Messages of the shapes that people's and machines' programs send, and how each is read.

Each is built here, of words of our own, after the program or report that is named beside it. The other
messages, as files, lie in tests/mail.
"""

import base64
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

PERSON, MACHINE, BOUNCE, LIST = "public", "automatic", "bounce", "list"


class Shape(NamedTuple):
    """A message, and what becomes of it; what is None is not compared."""

    head: str
    body: bytes = b"Hello, is there a group in Sligo?\r\n"
    kind: str = PERSON
    words: str | None = None
    subject: str | None = None
    name: str | None = None
    sealed: str | None = None

    def message(self, sender: str) -> bytes:
        """The message as SES stores it, from that address unless it names another."""
        head = self.head if "Return-Path:" in self.head else f"Return-Path: <{sender}>\n{self.head}"
        head = head if "\nFrom:" in head else f"{head}\nFrom: {sender}"
        lines = head.replace("SENDER", sender).strip().replace("\n", "\r\n")
        return (
            lines.encode("utf-8", "surrogateescape") + b"\r\nMIME-Version: 1.0\r\n\r\n" + self.body
        )


def bare(text: str, charset: str) -> str:
    """Text that stands in a header in the bytes of its charset, not encoded."""
    return text.encode(charset).decode("utf-8", "surrogateescape")


def cut(text: str, at: int) -> tuple[bytes, bytes]:
    """Text in UTF-8, cut after so many bytes."""
    return text.encode()[:at], text.encode()[at:]


def encoded(charset: str, *pieces: bytes) -> str:
    """A header's words in base64, a line for each piece (RFC 2047)."""
    return "\n ".join(f"=?{charset}?B?{base64.b64encode(piece).decode()}?=" for piece in pieces)


def plain(text: str, written: str, named: str) -> Shape:
    """Plain words that are written in one charset and name one."""
    return Shape(
        f"Content-Type: text/plain; charset={named}\nContent-Transfer-Encoding: 8bit",
        text.encode(written),
        words=text,
    )


def parts(kind: str, *within: tuple[str, bytes]) -> tuple[str, bytes]:
    """Head and body of a part that is made of others."""
    body = b"".join(b"--=_b\r\n%b\r\n\r\n%b\r\n" % (head.encode(), part) for head, part in within)
    return f'Content-Type: multipart/{kind}; boundary="=_b"', body + b"--=_b--\r\n"


def joined(made: tuple[str, bytes]) -> bytes:
    return made[0].encode() + b"\r\n\r\n" + made[1]


def alternative(text: str, page: str) -> tuple[str, bytes]:
    return parts(
        "alternative",
        ("Content-Type: text/plain; charset=utf-8", text.encode()),
        ("Content-Type: text/html; charset=utf-8", page.encode()),
    )


@cache
def _signer() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Una Breen")])
    begun, over = datetime(2027, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, begun, over)
    return made.sign(key, hashes.SHA256()), key


def signed(mail: bytes) -> bytes:
    """The mail as S/MIME signed data with lengths (DER), as `cryptography` writes it."""
    certificate, key = _signer()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(mail)
    builder = builder.add_signer(certificate, key, hashes.SHA256())
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def streamed(mail: bytes) -> bytes:
    """The same without lengths and in pieces (BER), as `openssl cms -stream` and Outlook write it."""
    pieces = [mail[at : at + 40] for at in range(0, len(mail), 40)]
    octets = b"".join(b"\x04%c%b" % (len(piece), piece) for piece in pieces)
    signed_data, data = (bytes.fromhex(f"06092a864886f70d0107{n}") for n in ("02", "01"))
    inside = b"\x30\x80" + data + b"\xa0\x80\x24\x80" + octets + b"\0\0" * 3
    version, digests, signers = b"\x02\x01\x01", b"\x31\x00", b"\x31\x00"
    return (
        b"\x30\x80" + signed_data + b"\xa0\x80\x30\x80" + version + digests + inside + signers
    ) + b"\0\0" * 3


ENVELOPED = bytes.fromhex("300f06092a864886f70d010703a0023000")  # its content left out


def smime(
    body: bytes, kind: str = "application/pkcs7-mime; smime-type=signed-data"
) -> tuple[str, bytes]:
    head = f'Content-Type: {kind}; name="smime.p7m"\nContent-Transfer-Encoding: base64'
    return head, base64.encodebytes(body)


def shape(made: tuple[str, bytes], more: str = "", **ends: str | None) -> Shape:
    """A shape of a head and body that were made together."""
    return Shape("\n".join(filter(None, (made[0], more))), made[1], **ends)


INSIDE = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe room has no ramp.\r\n"
TNEF = bytes.fromhex("789f3e22010001069008000400000000000100")
PLACEHOLDERS = {
    # Salesforce Marketing Cloud, Mailchimp and the like put it there where nobody writes plain text.
    "needs another program": "Your email program cannot show this message. Open it in a browser.",
    # Outlook for iOS and Android: a plain part of nothing but a mark (mailgun/talon#193).
    "a mark": "\u200b\r\n",
    # YoRyan/mailrise#135: a plain part without a word.
    "blank": " \r\n",
    "the beginning": "We meet on the first Tuesday ...",
}
PAGE = "<p>We meet on the first Tuesday of each month in the library, and tea is served.</p>"
PAGE_WORDS = "We meet on the first Tuesday of each month in the library, and tea is served."

PEOPLE = {
    # Exchange sets it on mail that people write (MS-OXCMAIL 2.2.3.2.14).
    "exchange all": Shape("X-Auto-Response-Suppress: All\nX-MS-Has-Attach:\nThread-Topic: Rooms"),
    "exchange reply": Shape(
        "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\nSubject: RE: Rooms"
    ),
    # frappe/helpdesk#3628, Nine-Minds/alga-psa#2705: how programs begin subjects; so begins a person.
    "subject without colon": Shape("Subject: Out of office phone numbers for the group"),
    "subject about replies": Shape("Subject: Automatic reply to my last email was odd"),
    "answer to a machine": Shape("Subject: Re: Automatic reply: Rooms"),
    "colon later": Shape("Subject: Out of office next week: who chairs the meeting?"),
    "auto as a word": Shape("Subject: Auto-enrolment: a question"),
    # RFC 3834, 5: `no` is a person's.
    "auto-submitted no": Shape("Auto-Submitted: No"),
    "autoreply no": Shape("X-Autoreply: no"),
    # Thunderbird: flowed text with the soft breaks that it writes (RFC 3676).
    "thunderbird flowed": Shape(
        "Content-Type: text/plain; charset=UTF-8; format=flowed; delsp=yes\n"
        "User-Agent: Mozilla Thunderbird",
        "Tá an seomra ró-bheag \r\ndúinn.\r\n".encode(),
        words="Tá an seomra ró-bheag\ndúinn.",
    ),
    # Apple Mail on a phone says us-ascii of what is not; nodemailer/mailparser#99 has ANSI_X3.4-1968.
    "us-ascii that is utf-8": plain("Slán, Áine", "utf-8", "us-ascii"),
    "ascii by its number": plain("Hello there", "ascii", "ANSI_X3.4-1968"),
    # Lotus Notes: Windows' letters under another name.
    "ascii that is windows": plain("Máire’s room", "cp1252", "us-ascii"),
    # Samsung Email: a page in base64, nothing else.
    "page in base64": Shape(
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64",
        base64.encodebytes("<div>Cá bhfuil sé?</div>".encode()),
        words="Cá bhfuil sé?",
    ),
    # K-9 Mail, Gmail: both parts say the same.
    "both the same": shape(alternative(PAGE_WORDS, PAGE), words=PAGE_WORDS),
    # Outlook writes links into the plain part that a page shows as words.
    "plain with links": shape(
        alternative(
            "The list is here<https://example.org/list>.\r\n[cid:logo.png]",
            "<p>The list is <a href='https://example.org/list'>here</a>.</p><img src='cid:logo.png'>",
        ),
        words="The list is here<https://example.org/list>.\n[cid:logo.png]",
    ),
    # the-djmaze/snappymail#245: the page first, and the plain words last.
    "page first": shape(
        parts(
            "alternative",
            ("Content-Type: text/html", b"<p>The hall is booked.</p>"),
            ("Content-Type: text/plain", b"The hall is booked."),
        ),
        words="The hall is booked.",
    ),
    "empty page": shape(
        alternative("The hall is booked.", "<html><body></body></html>"),
        words="The hall is booked.",
    ),
    **{
        f"placeholder: {name}": shape(alternative(text, PAGE), words=PAGE_WORDS)
        for name, text in PLACEHOLDERS.items()
    },
    # nodemailer/mailparser#345: a page alone within the alternative.
    "page alone in the alternative": shape(
        parts("alternative", ("Content-Type: text/html", b"<p>One.</p><p>Two.</p>")),
        words="One.\n\nTwo.",
    ),
    # Roundcube with Enigma, and Apple Mail with S/MIME: the signature beside what is signed (RFC 1847).
    "signed beside": shape(
        parts(
            "signed",
            ("Content-Type: text/plain", b"I will bring the keys."),
            ("Content-Type: application/pkcs7-signature; name=smime.p7s", b"MIIB"),
        ),
        words="I will bring the keys.",
    ),
    # Proton Mail: the sender's key along with the words.
    "key along": shape(
        parts(
            "mixed",
            ("Content-Type: text/plain; charset=utf-8", b"I will bring the keys."),
            ("Content-Type: application/pgp-keys; name=publickey.asc", b"-----BEGIN PGP PUBLIC"),
        ),
        words="I will bring the keys.",
    ),
    # A form of a website (PHP's mail()): a subject in bare UTF-8, and no charset at all.
    "website form": Shape(
        "Subject: Teachtaireacht ó Áine\nX-Mailer: PHP/8.2",
        "Cá bhfuil an cruinniú?".encode(),
        words="Cá bhfuil an cruinniú?",
        subject="Teachtaireacht ó Áine",
    ),
    "bare windows-1252": Shape(
        f"Subject: {bare('Seán’s question', 'cp1252')}\nFrom: {bare('Seán Ó Sé', 'cp1252')} <SENDER>\n"
        "Content-Type: text/plain; charset=windows-1252",
        "Cá bhfuil sé?".encode("cp1252"),
        words="Cá bhfuil sé?",
        subject="Seán’s question",
        name="Seán Ó Sé",
    ),
    "bare iso-8859-2": Shape(
        f"Subject: {bare('Žofia się pyta', 'iso-8859-2')}\nContent-Type: text/plain; charset=iso-8859-2",
        "Gdzie się spotykacie?".encode("iso-8859-2"),
        words="Gdzie się spotykacie?",
        subject="Žofia się pyta",
    ),
    # zammad/zammad#2953 and neomutt/neomutt#1015: a letter divided between two encoded words.
    "letter divided, base64": Shape(
        f"Subject: {encoded('utf-8', *cut('Áine ag iarraidh eolais', 1))}",
        subject="Áine ag iarraidh eolais",
    ),
    "letter divided, quoted": Shape(
        "Subject: =?UTF-8?Q?F=C3=A1ilte_go_Ciarra=C3?=\n =?UTF-8?Q?=AD?=",
        subject="Fáilte go Ciarraí",
    ),
    # postalsys/postal-mime#68: padding in the middle of a run, in a charset with states.
    "padding in a run": Shape(
        "Subject: "
        + encoded("iso-2022-jp", *(text.encode("iso-2022-jp") for text in ("会議の", "お知らせ"))),
        subject="会議のお知らせ",
    ),
    "spaces in an encoded word": Shape(
        "Subject: =?utf-8?Q?F=C3=A1ilte romhat?=", subject="Fáilte romhat"
    ),
    "language named": Shape("Subject: =?utf-8*ga?Q?F=C3=A1ilte?=", subject="Fáilte"),
    "encoded in cp-850": Shape("Subject: =?cp-850?Q?M=A0ire?=", subject="Máire"),
    "name in macintosh letters": Shape(
        "From: =?x-mac-roman?Q?=E7ine,_=3Cboss=40hse.ie=3E?= <SENDER>", name="Áine, <boss@hse.ie>"
    ),
    # Charsets by names that Python does not know (nodemailer/mailparser#426, SpamScope/mail-parser#74,
    # ddeboer/imap#488, postalsys/postal-mime#94), and by such as say less than what is written.
    "x-mac-roman": plain("Séamus – ceist", "mac-roman", "x-mac-roman"),
    "x-mac-ce": plain("Žofia", "mac-latin2", "x-mac-ce"),
    "iso-8859-8-i": plain("שלום", "iso-8859-8", "iso-8859-8-i"),
    "windows-874": plain("สวัสดี", "cp874", "windows-874"),
    "ibm850": plain("Siún agus Éanna", "cp850", "IBM-850"),
    "ks_c_5601-1987": plain("안녕하세요 똠방각하", "cp949", "ks_c_5601-1987"),
    "gb2312 with more": plain("你好喆", "gb18030", "gb2312"),
    "x-sjis": plain("会議①", "cp932", "x-sjis"),
    "cp65001": plain("Nollaig shona", "utf-8", "cp65001"),
    "utf8mb4": plain("Nollaig ☃", "utf-8", "utf8mb4"),
    "win-1252": plain("Seán’s “room”", "cp1252", "win-1252"),
    "utf-8 that is windows": plain("Máire’s room", "cp1252", "utf-8"),
    "latin-1 that is windows": plain("Máire’s room", "cp1252", "iso-8859-1"),
    "latin-1 that is utf-8": plain("Máire’s room", "utf-8", "iso-8859-1"),
    "nobody knows it": plain("Máire’s room", "utf-8", "x-unknown"),
    "byte order mark": plain("Máire", "utf-8-sig", "utf-8"),
    "page names its charset": Shape(
        "Content-Type: text/html",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1250"><p>Žofia</p>'.encode(
            "cp1250"
        ),
        words="Žofia",
    ),
    # S/MIME with the mail inside its signature: Outlook, and in BER as mustang-im/mustang#1378 met it.
    "signed around": shape(smime(signed(INSIDE)), words="The room has no ramp."),
    "signed around, in pieces": shape(smime(streamed(INSIDE)), words="The room has no ramp."),
    # linagora/james-project#5240: the older name; zammad/zammad#4742: no name, but a file's.
    "signed around, older name": shape(
        smime(signed(INSIDE), "application/x-pkcs7-mime"), words="The room has no ramp."
    ),
    "signed around, as a file": shape(
        smime(streamed(INSIDE), "application/octet-stream"), words="The room has no ramp."
    ),
    "signed around both parts": shape(
        smime(signed(joined(alternative("See the page.", PAGE)))),
        words=PAGE_WORDS,
    ),
    # What is encrypted: Outlook's S/MIME, OpenPGP within MIME (RFC 3156) and in the words, Purview's.
    "smime encrypted": shape(
        smime(ENVELOPED, "application/pkcs7-mime; smime-type=enveloped-data"),
        words="",
        sealed="encrypted",
    ),
    # RFC 8551, 3.8: certificates and no mail, which is not sealed.
    "certificates alone": Shape(
        "Content-Type: application/pkcs7-mime; smime-type=certs-only; name=smime.p7c",
        b"x",
        words="",
    ),
    "smime that is broken": shape(smime(b"\x30\x84\xff\xff\xff\xff"), words="", sealed="encrypted"),
    "pgp encrypted": shape(
        parts(
            'encrypted; protocol="application/pgp-encrypted"',
            ("Content-Type: application/pgp-encrypted", b"Version: 1"),
            (
                "Content-Type: application/octet-stream; name=encrypted.asc",
                b"-----BEGIN PGP MESSAGE-----",
            ),
        ),
        words="",
        sealed="encrypted",
    ),
    "pgp in the words": Shape(
        "Content-Type: text/plain",
        b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n",
        sealed="encrypted",
    ),
    "purview": shape(
        parts(
            "mixed",
            ("Content-Type: text/plain", b"Una sent you a protected message."),
            ("Content-Type: application/x-microsoft-rpmsg-message; name=message.rpmsg", b"x"),
        ),
        words="Una sent you a protected message.",
        sealed="encrypted",
    ),
    # Outlook's rich text through an Exchange that does not convert it (KDE's ktnef reads such).
    "winmail.dat alone": shape(
        parts("mixed", ("Content-Type: application/ms-tnef; name=winmail.dat", TNEF)),
        words="",
        sealed="outlook",
    ),
    "winmail.dat by its name": shape(
        parts("mixed", ("Content-Type: application/octet-stream; name=winmail.dat", TNEF)),
        words="",
        sealed="outlook",
    ),
    "winmail.dat beside words": shape(
        parts(
            "mixed",
            ("Content-Type: text/plain", b"I will bring the keys."),
            ("Content-Type: application/ms-tnef; name=winmail.dat", TNEF),
        ),
        words="I will bring the keys.",
        sealed="outlook",
    ),
}


def automatic(subject: str) -> Shape:
    return Shape(f"Subject: {subject}", kind=MACHINE)


MACHINES = {
    # Exchange's answer of who is away: no return path, which is no bounce.
    "exchange away": Shape(
        "Return-Path: <>\nSubject: Automatic reply: Rooms\nAuto-Submitted: auto-generated\n"
        "X-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: SENDER",
        kind=MACHINE,
    ),
    # Outlook's beginnings in the languages of the member states, of which its web client answers in each.
    "outlook in German": automatic("Automatische Antwort: Räume"),
    "outlook in French": automatic("Réponse automatique\xa0: Salles"),
    "outlook in Dutch": automatic("=?utf-8?Q?Automatisch_antwoord:_Zalen?="),
    "outlook in Polish": automatic("Odpowiedź automatyczna: Sale"),
    "outlook in Irish": automatic("Freagra uathoibríoch: Seomraí"),
    "outlook in Japanese": automatic("自動応答: 会議"),
    "outlook in Chinese, with its colon": automatic("自动答复\uff1a会议"),
    "outlook of old": automatic("Out of Office AutoReply: Rooms"),
    # mage-mzax/emarketing, lib/Mzax/Bounce/Detector/Autoreply.php: what older programs begin with.
    "outlook of old in German": automatic("Abwesenheitsnotiz: Räume"),
    "autoreply": automatic("Autoreply: Rooms"),
    # Gmail's vacation responder.
    "gmail vacation": Shape(
        "Auto-Submitted: auto-replied\nPrecedence: bulk\nX-Autoreply: yes\nSubject: I am on leave",
        kind=MACHINE,
    ),
    # Dovecot's Sieve (RFC 5230), and Zimbra's (zammad/zammad, out_of_office_check.rb).
    "sieve vacation": Shape(
        "Auto-Submitted: auto-replied (vacation)\nSubject: Auto: Rooms", kind=MACHINE
    ),
    "zimbra": Shape(
        "Auto-Submitted: auto-replied (zimbra; vacation)\nPrecedence: bulk", kind=MACHINE
    ),
    # osTicket/osTicket-1.7#396 sends all three; qmail's autorespond the second.
    "osticket": Shape("X-Autoreply: yes\nX-Auto-Response-Suppress: AutoReply", kind=MACHINE),
    "autorespond": Shape("X-Autorespond: Rooms", kind=MACHINE),
    "autogenerated": Shape("X-Autogenerated: Reply", kind=MACHINE),
    # RFC 8098: Outlook's and Apple's receipt that something was read.
    "read receipt": Shape(
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"',
        b"--b\r\n\r\nIt was displayed.\r\n--b--\r\n",
        kind=MACHINE,
    ),
    "no-reply": Shape("From: Payslips <no-reply@payslips.example.org>", kind=MACHINE),
    # RFC 3464 from Exchange, qmail's in plain words, and one that shows nothing but its return path.
    "exchange bounce": Shape(
        "Return-Path: <>\nFrom: Microsoft Outlook <postmaster@example.org>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        b"--b\r\n\r\nNo such mailbox.\r\n--b--\r\n",
        kind=BOUNCE,
    ),
    "qmail bounce": Shape("Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org", kind=BOUNCE),
    "null path": Shape("Return-Path: <>\nSubject: failure notice", kind=BOUNCE),
    # Google Groups, Mailman 3, and a newsletter with one-click unsubscribing (RFC 8058).
    "google group": Shape("List-ID: <carers.groups.example.org>\nPrecedence: list", kind=LIST),
    "mailman": Shape("Precedence: list\nList-Post: <mailto:carers@lists.example.org>", kind=LIST),
    "newsletter": Shape(
        "List-Unsubscribe: <https://example.org/u/1>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click",
        kind=LIST,
    ),
}
SHAPES = PEOPLE | MACHINES
