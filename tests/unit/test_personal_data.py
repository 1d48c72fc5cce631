"""No kind of item is forgotten: what holds something of a person says how it is erased and exported."""

import re
from importlib import import_module
from pathlib import Path

import pytest

KEY_MAP = Path(__file__).parents[2] / "docs/data-model.md"
ERASED = {
    "membership.personal_data.erase_member_writes": [
        *("member", "address claim", "whose an alias is"),
    ],
    "membership.personal_data.erase_row_writes": [
        *("register row", "person of the register, to list by name and to search"),
        "how many members there are, by status, and readers by role",
        "who lets people in the same role in other regions find them",
    ],
    "membership.personal_data.erase_writes": [
        *("session", "signed up by the office, not signed in since", "draft or kept form"),
        *("that something was sent, so that it is done once", "former address, by its digest"),
        *("own open action", "an author's rows that count", "catching up a new member"),
        "own messages to people in the same role of the last seven days",
        "counting the replies of a member anew",
        "what waits for the office: a request, a person to confirm, a mail, a meeting, a report",
        "asking the office to confirm a member after ten working days",
        "that a co-chair does not know a member whom nobody has confirmed",
        "writing to a member on the day they are back",
        "what a member’s calendar proposes for a meeting, until its organisers have heard",
        "key of a member or a region that seals their texts, wrapped",
    ],
    "membership.personal_data.erase_address_writes": [
        *("links asked for, till they are used", "that a letter came back for good"),
        *("wrong codes of an hour", "links that hold an address", "invitation"),
    ],
    "email_links.delete_links_writes": ["link"],
    "letters.repository.erase_writes": [
        *("letter", "letter by its tag", "that a letter was written, and its links"),
        "sign-in code",
    ],
    "inbox.repository.erase_writes": [
        *("that an address wrote a mail", "mail to the office"),
        "answered by a machine within a day",
    ],
    "communities.repository.erase_writes": [
        "community",
        "pulse of a community: its leads, reflections shared last, survey closed last",
    ],
    "leadership.repository.erase_writes": [
        "who stands as co-chair, and who was asked",
        "when members last led a meeting, and who offered to",
    ],
    "terms_of_reference.repository.erase_writes": [
        "how terms of reference stand, and who signed",
        "version of the terms, or a correction of its spelling",
    ],
    "vision.repository.erase_writes": ["that a member agreed to a vision"],
    "messages.repository.erase_writes": ["message to members", "reply to a message"],
    "meetings.personal_data.erase_attendance_writes": ["meeting in its region"],
    "meetings.personal_data.erase_writes": ["meeting, its items and agendas"],
    "meetings.personal_data.erase_reply_writes": [
        "answers, access needs and votes for the next topic"
    ],
    "meetings.agenda.repository.erase_writes": ["deleting a file that goes with an item"],
    "meetings.day.personal_data.erase_writes": [
        *("a meeting's day and history", "ideas for the next topic", "support statement"),
    ],
    "meetings.day.personal_data.erase_action_writes": [
        *("open action", "action that is done"),
        "copy of an open action, for the community's page",
    ],
    "polls.personal_data.erase_writes": ["poll, and everyone's answer"],
    "surveys.repository.erase_writes": ["who a survey asks, up to 5,000 an item"],
    "reflections.personal_data.erase_writes": [
        *("own reflection (sealed)", "its earlier version (sealed)", "shared reflection (sealed)"),
        *("addition to a shared reflection (sealed)", "where my own additions lie"),
    ],
    "erasure.jobs.erase_person": ["deleting a person when it is time"],
}
EXPORTED = {
    "membership.personal_data.export": [
        *("member", "session", "invitation", "register row"),
        *("`audit`: what was done to a record", "`audit`: who looked at a record, or at a list"),
    ],
    "saved_forms.export": ["draft or kept form"],
    "reflections.personal_data.export": [
        *("own reflection (sealed)", "its earlier version (sealed)", "shared reflection (sealed)"),
        *("addition to a shared reflection (sealed)", "where my own additions lie"),
    ],
    "inbox.repository.export": ["that an address wrote a mail", "mail to the office"],
    "communities.repository.export": ["community"],
    "leadership.repository.export": [
        "who stands as co-chair, and who was asked",
        "when members last led a meeting, and who offered to",
    ],
    "terms_of_reference.repository.export": [
        "how terms of reference stand, and who signed",
        "version of the terms, or a correction of its spelling",
    ],
    "vision.repository.export": ["that a member agreed to a vision"],
    "messages.repository.export": ["message to members", "reply to a message"],
    "meetings.personal_data.export": [
        *("meeting in its region", "meeting, its items and agendas"),
        "answers, access needs and votes for the next topic",
    ],
    "meetings.agenda.repository.export": ["deleting a file that goes with an item"],
    "meetings.day.personal_data.export": [
        *("ideas for the next topic", "support statement", "a meeting's day and history"),
    ],
    "meetings.day.personal_data.export_actions": [
        *("open action", "action that is done", "own open action"),
        "copy of an open action, for the community's page",
    ],
    "polls.personal_data.export": ["poll, and everyone's answer"],
}
NOT_ERASED = {
    "the alias that stands in it leads to nobody once it is deleted": [
        *("`audit`: what was done to a record", "`audit`: who looked at a record, or at a list"),
    ],
    "a keyed digest, kept for good so that a restored table is erased again": [
        "`audit`: who was erased"
    ],
    "no row says whose it was: the figures need it": ["that a reflection counts"],
    "what a group wrote is nobody's": [
        "what a group writes in a meeting (sealed), or that it is shared",
        "picture of the success wheel that a group agreed",
    ],
    "nobody can tell whose they are": [
        *(
            "`ballots`: secret, ballots, answers",
            "`ballots`: words of a closed survey, by question",
        ),
    ],
    "addresses that the office pasted, gone with the list within days": [
        *("list of people to invite", "rows of such a list"),
    ],
    "the ids it goes to are forgotten when its letters are written": ["mailing"],
    "digests or ids, others on the next working day": [
        "the digest of what newly waits: when it is next, and what waited at the one before",
        "the announcement of mail to the office: when the last was sent, which mails it was about",
    ],
    "nobody is erased while it lasts, and then it is gone": [
        "hold on deletion, and the work that ends it"
    ],
    "digests of clients and numbers, gone within hours": [
        *("links a client asked for", "letters to strangers in an hour"),
    ],
}
NOT_EXPORTED = {
    "a digest or a pointer to what is exported": [
        *("address claim", "whose an alias is", "former address, by its digest"),
        *("links that hold an address", "an author's rows that count"),
        "pulse of a community: its leads, reflections shared last, survey closed last",
    ],
    "what it opens is exported, opened": [
        "key of a member or a region that seals their texts, wrapped"
    ],
    "a link or code still in the mailbox, or that one was asked for": [
        *("link", "sign-in code", "links asked for, till they are used", "wrong codes of an hour"),
    ],
    "work that waits, or a mark that something was done": [
        "what waits for the office: a request, a person to confirm, a mail, a meeting, a report",
        "asking the office to confirm a member after ten working days",
        "hold on deletion, and the work that ends it",
        "writing to a member on the day they are back",
        "what a member’s calendar proposes for a meeting, until its organisers have heard",
        *("signed up by the office, not signed in since", "catching up a new member"),
        "own messages to people in the same role of the last seven days",
        "counting the replies of a member anew",
        *("that something was sent, so that it is done once", "deleting a person when it is time"),
        *("answered by a machine within a day", "that a letter came back for good"),
    ],
    "what a co-chair told the office in confidence": [
        "that a co-chair does not know a member whom nobody has confirmed"
    ],
    "it stands in the record": [
        *(
            "person of the register, to list by name and to search",
            "who lets people in the same role in other regions find them",
        ),
    ],
    "digests or ids of what waits, whosever it is": [
        "the digest of what newly waits: when it is next, and what waited at the one before",
        "the announcement of mail to the office: when the last was sent, which mails it was about",
    ],
    "a number": ["how many members there are, by status, and readers by role"],
    "left out, as data/data_export.json says": [
        *("letter", "letter by its tag", "that a letter was written, and its links"),
        "who a survey asks, up to 5,000 an item",
    ],
}
OF_NOBODY = [
    *("that an action of a meeting is done", "that an action was opened, or is done"),
    "filing actions of a close of very many",
    *("keying all addresses, once; that it is done", "closure days of the office"),
    *(
        "planning every meeting anew",
        "moves of what was stored in an earlier shape; which are done",
    ),
    "that terms stand on the rows of co-chairs",
    *("text changed by the office", "poll in its region", "survey in its region", "survey"),
    "survey as its quarter's KPI report counts it",
    *("that co-chairs were asked about a gap", "that the emails about gaps are written"),
    *("counts of a poll's answers, in 16 shards", "planned meeting of any region"),
    *("how an agenda is arranged by hand", "deleting what to arrange at a meeting"),
    *("deleting support statements", "runs of a survey in a community"),
    "deleting answers of surveys closed earlier, once; that it is done",
    *("questionnaire, as it is being written", "questionnaire, as it was asked"),
    *("questionnaire in its region", "survey that runs by itself"),
    "reminding of the review and end of a term of co-chairs",
    *("vision of a community, and how many agreed", "saved revision of a vision"),
    "action that serves an objective of a vision",
    "that members were asked to agree to a vision as it is",
    "national meeting, as each region and the office reads it with its own",
    "survey that is open, for the home page",
    "that an item waits to be decided on",
    "co-chairs' messages of the last seven days",
    *("text of the terms of reference", "asking whether an approval is complete, or ends"),
    *("how many answered and voted what", "what a community does about a survey"),
    *("KPI report", "list of reports", "newest version of each KPI report"),
    *("making the files of a KPI report", "the office’s own ids of figures"),
    *("reason why a figure's target was not met", "how often the reasons of a quarter were saved"),
]


def listed(groups: dict[str, list[str]]) -> set[str]:
    return {kind for kinds in groups.values() for kind in kinds}


def kinds() -> set[str]:
    """The first column of the key map."""
    rows = re.findall(r"^\| (.+?) \|", KEY_MAP.read_text("utf-8"), re.MULTILINE)
    return set(rows) - {"what", "---"}


def test_every_kind_of_item_is_erased_or_says_why_not() -> None:
    assert kinds() == listed(ERASED) | listed(NOT_ERASED) | set(OF_NOBODY)
    assert not listed(ERASED) & listed(NOT_ERASED)
    assert not set(OF_NOBODY) & (listed(ERASED) | listed(NOT_ERASED))


def test_every_kind_of_item_that_is_erased_is_exported_or_says_why_not() -> None:
    assert listed(EXPORTED) | listed(NOT_EXPORTED) >= listed(ERASED)
    assert listed(EXPORTED) | listed(NOT_EXPORTED) <= listed(ERASED) | listed(NOT_ERASED)
    assert not listed(EXPORTED) & listed(NOT_EXPORTED)


@pytest.mark.parametrize("name", [*ERASED, *EXPORTED])
def test_what_erases_or_exports_is_there(name: str) -> None:
    module, _, function = name.rpartition(".")
    assert callable(getattr(import_module(f"comhar.{module}"), function))
