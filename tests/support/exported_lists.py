"""Lists in the shapes that other programs export; what stands in them is made up.

Each says which program writes that shape, and where it was looked up. The right outcome stands beside it:
who is invited, by address, name and region.
"""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import openpyxl
import xlsxwriter

Person = tuple[str, str]
Line = list[Any]


@dataclass(frozen=True)
class Export:
    """A program's list, and whom it names; `invalid` rows are shown as problems, and repeats as such."""

    program: str
    make: Callable[[], bytes]
    people: list[Person]
    invalid: int = 0
    repeat: int = 0


def text(*lines: str, encoding: str = "utf-8-sig", end: str = "\r\n") -> bytes:
    return (end.join(lines) + end).encode(encoding)


def quoted(*lines: Line, encoding: str = "utf-8", separator: str = ",") -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(lines)
    return file.getvalue().encode(encoding)


def workbook(*lines: Line, name: str = "Sheet1", **more: Any) -> bytes:
    """As XlsxWriter writes it, with shared strings; `hidden` are numbers of rows, from 1."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
        for number in more.get("hidden", ()):
            sheet.set_row(number - 1, None, None, {"hidden": True})
        for first, last, value in more.get("merged", ()):
            sheet.merge_range(f"{first}:{last}", value)
        if "hidden_column" in more:
            sheet.set_column(more["hidden_column"], None, None, {"hidden": True})
        if "filtered" in more:
            sheet.autofilter(more["filtered"])
    return file.getvalue()


def sheets(tables: dict[str, list[Line]], hidden: tuple[str, ...] = ()) -> bytes:
    """As openpyxl writes it, with the texts in their cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in tables.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
        if name in hidden:
            sheet.sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def renamed_sheet(content: bytes, name: str, odd: str) -> bytes:
    """The workbook with a name of a sheet that neither program would write."""
    old, file = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            new.writestr(
                part, old.read(part).replace(f'name="{name}"'.encode(), f'name="{odd}"'.encode())
            )
    return file.getvalue()


UNA, SEAN = ("una.breen@example.org", "Úna Breen"), ("sean@example.org", "Seán Ó Súilleabháin")
NAMELESS = [(UNA[0], ""), (SEAN[0], "")]
OUTLOOK = (  # the 92 columns of the program's export, fewer after the addresses
    *("Title", "First Name", "Middle Name", "Last Name", "Suffix", "Company", "Department", "Job Title"),
    *(f"Business Street {n}" if n else "Business Street" for n in range(50)),
    *("E-mail Address", "E-mail Type", "E-mail Display Name"),
    *("E-mail 2 Address", "E-mail 2 Type", "E-mail 2 Display Name", "Gender", "Notes"),
)  # fmt: skip


def outlook_line(first: str, last: str, email: str, second: str = "") -> Line:
    line = [""] * len(OUTLOOK)
    for header, value in {
        "First Name": first, "Last Name": last, "E-mail Address": email, "E-mail Type": "SMTP",
        "E-mail Display Name": f"{first} {last} ({email})", "E-mail 2 Address": second,
        "Gender": "Unspecified",
    }.items():  # fmt: skip
        line[OUTLOOK.index(header)] = value
    return line


EXPORTS = [
    # Microsoft Forms, "Open in Excel", of a form that anybody may answer: Email says "anonymous".
    Export(
        "forms_anonymous",
        lambda: workbook(
            ["ID", "Start time", "Completion time", "Email", "Name", "Full name",
             "What is your work email address?"],
            [1, 46360.5, 46360.51, "anonymous", "", "Úna Breen", "una.breen@example.org"],
            [2, 46360.6, 46360.61, "anonymous", "", "Seán Ó Súilleabháin", "sean@example.org"],
        ),
        [UNA, SEAN],
    ),
    # Microsoft Forms of an organisation: the account's address, and one that somebody typed.
    Export(
        "forms_signed_in",
        lambda: workbook(
            ["Id", "Start time", "Completion time", "Email", "Name", "Region", "Email2"],
            [1, 46360.5, 46360.51, "una.breen@example.org", "Úna Breen", "Cork", ""],
            [2, 46360.6, 46360.61, "sean@example.org", "Ó Súilleabháin, Seán", "", "s@example.net"],
        ),
        [UNA, SEAN],
    ),
    # Outlook (classic), File, Export, Contacts: 92 columns in Windows-1252, the address in the 59th.
    Export(
        "outlook_contacts",
        lambda: quoted(
            list(OUTLOOK),
            outlook_line("Úna", "Breen", "una.breen@example.org"),
            outlook_line("Seán", "Ó Súilleabháin", "sean@example.org", "s.os@example.net"),
            encoding="cp1252",
        ),
        [UNA, SEAN],
    ),
    # Outlook on the web, People, Manage contacts, Export: UTF-8 with a mark, unquoted.
    Export(
        "outlook_web_contacts",
        lambda: text(
            "First Name,Middle Name,Last Name,Title,Suffix,Nickname,Given Yomi,Surname Yomi,E-mail Address,"
            "E-mail 2 Address,E-mail 3 Address,Home Phone",
            "Úna,,Breen,Ms,,,,,una.breen@example.org,,,021 555 0101",
            "Seán,,Ó Súilleabháin,,,,,,,sean@example.org,,",
        ),
        [UNA, SEAN],
    ),
    # Google Contacts, "Google CSV" since 2024: labels beside values.
    Export(
        "google_contacts",
        lambda: text(
            "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Organization Name,Labels,"
            "E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label",
            "Úna,,Breen,,Ms,HSE,* myContacts,* Work,una.breen@example.org,Home,una@example.net,",
            "Seán,,Ó Súilleabháin,,,,* myContacts,,sean@example.org,,,",
            encoding="utf-8",
        ),
        [UNA, SEAN],
    ),
    # Google Contacts before: UTF-16, with Name and its parts.
    Export(
        "google_contacts_old",
        lambda: text(
            "Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value",
            "Úna Breen,Úna,Breen,* My Contacts,* Home,una.breen@example.org",
            "Seán Ó Súilleabháin,Seán,Ó Súilleabháin,* My Contacts,,sean@example.org",
            encoding="utf-16",
        ),
        [UNA, SEAN],
    ),
    # Google Forms' answers in Google Sheets, downloaded as .xlsx.
    Export(
        "google_forms",
        lambda: workbook(
            ["Timestamp", "Email Address", "Your name", "Health Region", "Anything else?"],
            [46360.5, "una.breen@example.org", "Úna Breen", "South West", "See you\nthere"],
            [46360.6, "Sean@example.org ", "Seán Ó Súilleabháin", "", ""],
            name="Form responses 1",
        ),
        [UNA, SEAN],
    ),
    # Google Forms with "Collect email addresses" of an older form: the column is called Username.
    Export(
        "google_forms_username",
        lambda: quoted(
            ["Timestamp", "Username", "Name"],
            ["2026/12/01 9:12:13 am GMT", "una.breen@example.org", "Úna Breen"],
            ["2026/12/01 9:15:00 am GMT", "sean@example.org", "Seán Ó Súilleabháin"],
        ),
        [UNA, SEAN],
    ),
    # Google Groups, Members, Export list.
    Export(
        "google_groups",
        lambda: text(
            "Email address,Nickname,Group status,Email status,Email preference,Posting permissions",
            "una.breen@example.org,,Owner,,All email,Allowed",
            "sean@example.org,,Member,,Digest,Allowed",
            encoding="utf-8",
            end="\n",
        ),
        NAMELESS,
    ),
    # Google Workspace, Admin console, Download users: [Required] in the headers, further addresses.
    Export(
        "google_workspace",
        lambda: text(
            "First Name [Required],Last Name [Required],Email Address [Required],Status [READ ONLY],"
            "Recovery Email,Home Secondary Email,Work Secondary Email",
            "Úna,Breen,una.breen@example.org,Active,una@example.net,,",
            "Seán,Ó Súilleabháin,sean@example.org,Active,,,",
            encoding="utf-8",
        ),
        [UNA, SEAN],
    ),
    # Microsoft 365 admin centre, Export users: the principal name is the address.
    Export(
        "microsoft_365_users",
        lambda: text(
            "Alternate email addresses,Display name,First name,Last name,User principal name,Office",
            ",Úna Breen (HSE South West),Úna,Breen,una.breen@example.org,Cork",
            "s.os@example.net,Seán Ó Súilleabháin,Seán,Ó Súilleabháin,sean@example.org,Tralee",
        ),
        [UNA, SEAN],
    ),
    # Microsoft Teams, attendance report: UTF-16 with tabs, three tables one below the other.
    Export(
        "teams_attendance",
        lambda: text(
            "1. Summary",
            "Meeting title\tQuarterly meeting",
            "Attended participants\t2",
            "Start time\t12/1/26, 10:00:05 AM",
            "End time\t12/1/26, 12:00:00 PM",
            "Meeting duration\t1h 59m 55s",
            "Average attendance time\t1h 50m",
            "",
            "2. Participants",
            "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole",
            "Úna Breen\t12/1/26, 10:00\t12/1/26, 12:00\t2h\tuna.breen@example.org\tuna.breen@example.org"
            "\tOrganizer",
            "Ó Súilleabháin, Seán\t12/1/26, 10:01\t12/1/26, 12:00\t2h\t\tsean@example.org\tPresenter",
            "Guest (Unverified)\t12/1/26, 10:01\t12/1/26, 12:00\t2h\t\t\tPresenter",
            "",
            "3. In-Meeting Activities",
            "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole",
            "Úna Breen\t12/1/26, 10:00\t12/1/26, 12:00\t2h\tuna.breen@example.org\tOrganizer",
            encoding="utf-16",
        ),
        [UNA, SEAN],
        invalid=1,
        repeat=1,
    ),
    # Zoom, Reports, Usage, participants with meeting data: the host's line, then the table.
    Export(
        "zoom_usage",
        lambda: text(
            "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants",
            "812 3456 7890,Quarterly meeting,01/12/2026 10:00:00 AM,01/12/2026 12:00:00 PM,"
            "una.breen@example.org,120,2",
            "",
            "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest",
            "Seán Ó Súilleabháin,sean@example.org,01/12/2026 10:00,01/12/2026 12:00,120,Yes",
            "Úna Breen,una.breen@example.org,01/12/2026 10:00,01/12/2026 12:00,120,No",
        ),
        [(UNA[0], ""), SEAN],
        repeat=1,
    ),
    # Zoom, unique participants without meeting data: a rename in brackets, people without an address.
    Export(
        "zoom_participants",
        lambda: text(
            "Name (Original Name),User Email,Total Duration (Minutes),Guest",
            "Úna Breen (iPad),una.breen@example.org,118,Yes",
            "Seán Ó Súilleabháin,sean@example.org,20,Yes",
            "iPhone,,20,Yes",
        ),
        [UNA, SEAN],
        invalid=1,
    ),
    # Webex, attendee report: UTF-16 with tabs, quoted.
    Export(
        "webex_attendees",
        lambda: quoted(
            ["Session Detail for 'Quarterly meeting':"],
            ["Participant", "Audio Type", "Name", "Email", "Date", "Invited", "Registered"],
            ["1", "VoIP", "Úna Breen", "una.breen@example.org", "1/12/26", "Yes", "No"],
            ["2", "VoIP", "Seán Ó Súilleabháin", "sean@example.org", "1/12/26", "Yes", "No"],
            encoding="utf-16",
            separator="\t",
        ),
        [UNA, SEAN],
    ),
    # Eventbrite, attendee summary: the buyer's name and address are another's.
    Export(
        "eventbrite",
        lambda: text(
            "Order #,Order Date,First Name,Surname,Email,Quantity,Ticket Type,Buyer First Name,"
            "Buyer Surname,Buyer Email",
            "1101,2026-12-01,Úna,Breen,una.breen@example.org,1,General,Anne,Other,anne@example.net",
            "1102,2026-12-01,Seán,Ó Súilleabháin,sean@example.org,1,General,Anne,Other,anne@example.net",
            "1103,2026-12-01,Info Requested,Info Requested,Info Requested,1,General,Anne,Other,"
            "anne@example.net",
            encoding="utf-8",
        ),
        [UNA, SEAN],
        invalid=1,
    ),
    # Mailchimp, Export audience (inside its zip folder).
    Export(
        "mailchimp",
        lambda: quoted(
            ["Email Address", "First Name", "Last Name", "Address", "Phone Number", "MEMBER_RATING",
             "OPTIN_TIME", "TAGS"],
            ["una.breen@example.org", "Úna", "Breen", "", "", "2", "2026-01-11 10:00:00", '"COP","SW"'],
            ["sean@example.org", "Seán", "Ó Súilleabháin", "", "", "4", "2026-01-11 10:00:00", ""],
        ),
        [UNA, SEAN],
    ),
    # SurveyMonkey, all responses: questions in the first row, the parts of a question in the second.
    Export(
        "surveymonkey",
        lambda: text(
            "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,"
            "Custom Data 1,Contact details,,,How was it?",
            ",,,,,,,,,Name,Email Address,Phone Number,Response",
            "118,42,12/01/2026,12/01/2026,,,,,,Úna Breen,una.breen@example.org,,Good",
            "119,42,12/01/2026,12/01/2026,,,,,,Seán Ó Súilleabháin,sean@example.org,,",
        ),
        [UNA, SEAN],
    ),
    # Qualtrics, data export as CSV: names, questions and ids in three rows.
    Export(
        "qualtrics",
        lambda: quoted(
            ["StartDate", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "Q1"],
            ["Start Date", "Recipient Last Name", "Recipient First Name", "Recipient Email", "How was it?"],
            [f'{{"ImportId":"{name}"}}' for name in ("startDate", "recipientLastName", "x", "y", "QID1")],
            ["2026-12-01 10:00:00", "Breen", "Úna", "una.breen@example.org", "Good"],
            ["2026-12-01 10:10:00", "Ó Súilleabháin", "Seán", "sean@example.org", ""],
        ),
        [UNA, SEAN],
        invalid=1,
    ),
    # Moodle, Participants, Download table data as .xlsx.
    Export(
        "moodle",
        lambda: workbook(
            ["First name", "Last name", "Email address", "Roles", "Groups", "Last access to course"],
            ["Úna", "Breen", "una.breen@example.org", "Student", "No groups", "1 day"],
            ["Seán", "Ó Súilleabháin", "sean@example.org", "Student", "No groups", "Never"],
        ),
        [UNA, SEAN],
    ),
    # Slack, Manage members, Export: the user name is no address.
    Export(
        "slack",
        lambda: text(
            "username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname",
            'una,una.breen@example.org,Member,1,0,0,U01,"Úna Breen",una',
            'sean,sean@example.org,Member,1,0,0,U02,"Seán Ó Súilleabháin",',
            encoding="utf-8",
            end="\n",
        ),
        [UNA, SEAN],
    ),
    # Thunderbird, address book, Export as comma separated, of a build for here.
    Export(
        "thunderbird",
        lambda: text(
            "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,"
            "Work Phone,Home County,Home Post Code",
            "Úna,Breen,Úna Breen,,una.breen@example.org,una@example.net,,,Kerry,",
            "Seán,Ó Súilleabháin,,,sean@example.org,,,,,",
            encoding="utf-8",
            end="\n",
        ),
        [UNA, SEAN],
    ),
    # LinkedIn, a copy of your data, Connections: a note and a blank row above the headers.
    Export(
        "linkedin",
        lambda: text(
            "Notes:",
            '"When exporting your connection data, some of the addresses are missing."',
            "",
            "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
            "Úna,Breen,https://example.com/in/una,una.breen@example.org,HSE,Peer Educator,01 Dec 2026",
            "Seán,Ó Súilleabháin,https://example.com/in/sean,sean@example.org,HSE,,01 Dec 2026",
            encoding="utf-8",
        ),
        [UNA, SEAN],
    ),
    # LimeSurvey, survey participants, CSV export: attributes named by the survey.
    Export(
        "limesurvey",
        lambda: text(
            '"tid","firstname","lastname","email","emailstatus","token","language","usesleft"',
            '"1","Úna","Breen","una.breen@example.org","OK","x1","en","1"',
            '"2","Seán","Ó Súilleabháin","sean@example.org","OK","x2","ga","1"',
            end="\n",
        ),
        [UNA, SEAN],
    ),
    # Typeform, Results, Download as .xlsx.
    Export(
        "typeform",
        lambda: workbook(
            ["#", "What's your first name?", "Last name", "What's your email address?", "Start Date (UTC)"],
            ["a1", "Úna", "Breen", "una.breen@example.org", "2026-12-01"],
            ["a2", "Seán", "Ó Súilleabháin", "sean@example.org", "2026-12-01"],
        ),
        [UNA, SEAN],
    ),
    # CiviCRM, Export contacts, primary fields: semicolons where the office's system sets them.
    Export(
        "civicrm",
        lambda: quoted(
            ["Contact ID", "Contact Type", "Display Name", "Sort Name", "Email", "Do Not Email"],
            ["7", "Individual", "Úna Breen", "Breen, Úna", "una.breen@example.org", "0"],
            ["8", "Individual", "Seán Ó Súilleabháin", "Ó Súilleabháin, Seán", "sean@example.org", "0"],
            separator=";",
        ),
        [UNA, SEAN],
    ),
    # LibreOffice Calc, Save as CSV with its defaults, the character set changed to DOS.
    Export(
        "libreoffice_dos",
        lambda: text(
            "Ainm;Ríomhphost;Contae",
            "Úna Breen;una.breen@example.org;Co. Kerry",
            "Seán Ó Súilleabháin;sean@example.org;",
            encoding="cp850",
        ),
        [UNA, SEAN],
    ),
    # Numbers, Export to CSV with a table name on top.
    Export(
        "numbers_csv",
        lambda: text(
            "Table 1",
            "Name,Email,County",
            "Úna Breen,una.breen@example.org,Kerry",
            "Seán Ó Súilleabháin,sean@example.org,",
            encoding="utf-8",
            end="\r\n",
        ),
        [UNA, SEAN],
    ),
    # Excel, "Unicode Text (.txt)".
    Export(
        "excel_unicode_text",
        lambda: text(
            "Surname\tFirst Name\tWork e-mail",
            "Breen\tÚna\tuna.breen@example.org",
            '"Ó Súilleabháin"\tSeán\tsean@example.org',
            encoding="utf-16",
        ),
        [UNA, SEAN],
    ),
]  # fmt: skip
