"""The office's queue: what was written is read there, by the office alone, and put away."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.inbox import service as inbox_service
from comhar.membership.repository import office_id
from tests.support import stored_members
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.office_mail import deliver, read_message
from tests.support.page import Page
from tests.support.sample_community import OFFICE, text
from tests.support.torn_reads import tear_next_batch

pytestmark = pytest.mark.xdist_group("inbox")  # one worker makes its cloud once


@pytest.fixture
def office(cloud: Cloud) -> str:
    return cloud.session(OFFICE)


def mail(cloud: Cloud, name: str, sender: str = "", **verdicts: str) -> str:
    """The id of a mail of tests/mail that has just arrived, later than any before."""
    cloud.now += timedelta(minutes=1)
    raw = read_message(name)
    if sender:
        raw = raw.replace(b"padraig.mulqueen@gmail.com", sender.encode())
    deliver(raw, f"{name}-{cloud.now:%d%H%M}", cloud.now, **verdicts)
    return str(wiring.table().query("INBOX#open", newest_first=True, limit=1).items[0]["id"])


def get(cloud: Cloud, path: str, bearer: str, **more: Any) -> GatewayResponse:
    return cloud.call("GET", path, bearer=bearer, **more)


def audited(mail_id: str) -> list[str]:
    found = stored_members.list_audit_lines(f"mail-{mail_id}")
    assert {line["who"] for line in found} == {office_id(OFFICE)}
    return sorted(line["what"] for line in found)


def test_an_empty_queue_says_so(cloud: Cloud, office: str) -> None:
    assert get(cloud, "/inbox", office).json["messages"] == []
    assert "There is no open email" in get(cloud, "/inbox", office, html=True).text


def test_mail_is_for_the_office_alone(cloud: Cloud, office: str) -> None:
    arrived = mail(cloud, "attachments")
    member = cloud.session(cloud.member(chair_of=("SW",)))
    paths = ("", f"/{arrived}", f"/{arrived}/attachments/0")
    for path in paths:
        assert get(cloud, f"/inbox{path}", member).status == 403
        assert get(cloud, f"/inbox{path}", "").status == 401
    assert stored_members.list_audit_lines(f"mail-{arrived}") == []


def test_the_newest_stands_first_and_what_is_done_goes(cloud: Cloud, office: str) -> None:
    one, two = mail(cloud, "gmail"), mail(cloud, "outlook")
    rows = get(cloud, "/inbox", office).json["messages"]
    assert [row["id"] for row in rows][:2] == [two, one]
    assert rows[0]["subject"] == "Joining the community in Kerry"
    for _ in range(2):
        assert cloud.call("POST", f"/inbox/{two}/done", bearer=office).json["state"] == "done"
    assert two not in [row["id"] for row in get(cloud, "/inbox", office).json["messages"]]
    done = get(cloud, "/inbox", office, query={"state": "done"}).json["messages"]
    assert [row["id"] for row in done] == [two]
    assert cloud.call("POST", f"/inbox/{two}/reopen", bearer=office).json["state"] == "open"
    assert two in [row["id"] for row in get(cloud, "/inbox", office).json["messages"]]
    assert audited(two) == ["mail_done", "mail_reopened"]


def test_a_mail_that_was_moved_is_still_deleted_in_time(cloud: Cloud, office: str) -> None:
    arrived = mail(cloud, "gmail")
    before = inbox_service.get_mail(arrived, wiring.table())
    cloud.call("POST", f"/inbox/{arrived}/done", bearer=office)
    after = inbox_service.get_mail(arrived, wiring.table())
    assert (after["due"], after["due_at"]) == (before["due"], before["due_at"])
    assert wiring.table().get((before["pk"], before["sk"])) is None


def test_a_long_queue_is_read_page_by_page(
    cloud: Cloud, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_service, "PAGE", 2)
    for _ in range(3):
        mail(cloud, "gmail")
    page = get(cloud, "/inbox", office).json
    seen = [row["id"] for row in page["messages"]]
    while page["next"]:
        page = get(cloud, "/inbox", office, query={"cursor": page["next"]}).json
        seen += [row["id"] for row in page["messages"]]
    assert seen == sorted(seen, reverse=True) and len(seen) == len(set(seen)) >= 3


@pytest.mark.parametrize(
    ("query", "status"),
    [({"state": "lost"}, 422), ({"cursor": "MAIL#1"}, 400), ({"cursor": "INBOX#open"}, 400)],
)
def test_a_list_there_is_not_is_refused(
    query: dict[str, str], status: int, cloud: Cloud, office: str
) -> None:
    assert get(cloud, "/inbox", office, query=query).status == status


def test_a_mail_is_shown_in_words_and_reading_it_is_noted(cloud: Cloud, office: str) -> None:
    arrived = mail(cloud, "distressed")
    message = get(cloud, f"/inbox/{arrived}", office).json
    assert message["words"].startswith("i don’t know who to write to.")
    assert (message["kind"], message["answered"]) == ("public", "acknowledged")
    assert message["reply"] == "mailto:aoife.k.1989@outlook.com?subject=Re:"
    assert audited(arrived) == ["read_mail"]
    page = get(cloud, f"/inbox/{arrived}", office, html=True)
    assert "People write to this address in distress, too" in page.text
    assert "Answer by email" in page.text
    assert "116 123" in page.text and Page(page.text).faults() == []


def test_a_machine_s_mail_asks_for_no_care(cloud: Cloud, office: str) -> None:
    page = get(cloud, f"/inbox/{mail(cloud, 'bounce')}", office, html=True)
    assert "somebody in distress" not in page.text and "Answer by email" not in page.text
    assert "there is no such mailbox" in page.text


def test_what_was_sent_along_is_downloaded_and_never_opened(cloud: Cloud, office: str) -> None:
    arrived = mail(cloud, "attachments")
    listed = get(cloud, f"/inbox/{arrived}", office).json["attachments"]
    assert [(each["number"], each["name"]) for each in listed][1:3] == [
        (2, "Litir ón ngrúpa.pdf"),
        (3, 'evil".exe'),
    ]
    for number, name in ((2, "Litir_n_ngr_pa.pdf"), (3, "evil_.exe")):
        answer = get(cloud, f"/inbox/{arrived}/attachments/{number}", office)
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{name}"')
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.text == "MZ"
    whole = get(cloud, f"/inbox/{arrived}/attachments/0", office)
    assert whole.text.encode("latin-1") == read_message("attachments")
    assert audited(arrived) == ["download_mail"] * 3 + ["read_mail"]
    assert get(cloud, f"/inbox/{arrived}/attachments/5", office).status == 404


def test_a_file_too_large_to_hand_over_is_said_to_be(cloud: Cloud, office: str) -> None:
    cloud.now += timedelta(minutes=1)
    body = base64.encodebytes(bytes(4_000_001))
    head = b"From: a@example.org\r\nContent-Disposition: attachment; filename=film.mp4\r\n"
    kind = b"Content-Type: video/mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    deliver(head + kind + body, "large", cloud.now)
    arrived = get(cloud, "/inbox", office).json["messages"][0]["id"]
    [file] = get(cloud, f"/inbox/{arrived}", office).json["attachments"]
    assert (file["name"], file["size"], file["too_large"]) == ("film.mp4", 4_000_001, True)
    assert get(cloud, f"/inbox/{arrived}/attachments/1", office).status == 409
    assert "too large to be opened here" in get(cloud, f"/inbox/{arrived}", office, html=True).text


def test_of_a_mail_with_a_virus_only_the_head_is_shown(cloud: Cloud, office: str) -> None:
    arrived = mail(cloud, "attachments", virus="FAIL")
    message = get(cloud, f"/inbox/{arrived}", office).json
    assert (message["words"], message["attachments"]) == (None, [])
    assert message["subject"] == "Letter from our family group"
    for number in (0, 1):
        assert get(cloud, f"/inbox/{arrived}/attachments/{number}", office).status == 404
    assert "A virus was found" in get(cloud, f"/inbox/{arrived}", office, html=True).text


def test_a_mail_whose_file_is_gone_says_so(cloud: Cloud, office: str) -> None:
    arrived = mail(cloud, "gmail")
    wiring.inbox_bucket().delete(inbox_service.get_mail(arrived, wiring.table())["message"])
    assert get(cloud, f"/inbox/{arrived}", office).json["words"] is None
    assert "is not there" in get(cloud, f"/inbox/{arrived}", office, html=True).text


def test_markup_in_a_mail_is_words_on_the_page(cloud: Cloud, office: str) -> None:
    cloud.now += timedelta(minutes=1)
    odd = b"From: <script>alert(1)</script> <a@example.org>\r\nSubject: <b>x</b>\r\n\r\n<img src=x>"
    deliver(odd, "markup", cloud.now)
    arrived = get(cloud, "/inbox", office).json["messages"][0]["id"]
    for path in ("/inbox", f"/inbox/{arrived}"):
        page = get(cloud, path, office, html=True).text
        assert "<script" not in page and "<b>x" not in page and "<img src=x" not in page


def test_a_sign_up_link_is_sent_once_at_the_office_s_word(cloud: Cloud, office: str) -> None:
    arrived = mail(cloud, "gmail", "grace@example.org")
    assert get(cloud, f"/inbox/{arrived}", office).json["invitable"] is True
    page = cloud.call("POST", f"/inbox/{arrived}/invite", form={}, bearer=office, html=True)
    assert page.headers["Location"] == f"/inbox/{arrived}?done=link_sent"
    assert cloud.call("POST", f"/inbox/{arrived}/invite", bearer=office).status == 409
    message = get(cloud, f"/inbox/{arrived}", office).json
    assert (message["invitable"], message["state"]) == (False, "open") and message["invited_at"]
    assert " ".join(text(cloud).split()).count("invites you to join") == 1
    assert "invite" in audited(arrived)


def test_a_member_is_sent_no_sign_up_link(cloud: Cloud, office: str) -> None:
    member = cloud.member(email="fiachra@example.org")
    arrived = mail(cloud, "gmail", "fiachra@example.org")
    message = get(cloud, f"/inbox/{arrived}", office).json
    assert (message["kind"], message["member"], message["invitable"]) == (
        "member",
        member.id,
        False,
    )
    assert cloud.call("POST", f"/inbox/{arrived}/invite", bearer=office).status == 409


def test_who_joined_meanwhile_is_sent_no_sign_up_link(cloud: Cloud, office: str) -> None:
    arrived = mail(cloud, "gmail", "doireann@example.org")
    cloud.member(email="doireann@example.org")
    answer = cloud.call("POST", f"/inbox/{arrived}/invite", bearer=office)
    assert answer.status == 409
    assert "already a member" in answer.json["title"]


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("bounce", {}),
        ("mailing_list", {}),
        ("forged", {"spf": "FAIL"}),
        ("gmail", {"spam": "FAIL"}),
    ],
)
def test_a_machine_or_a_forger_is_sent_no_sign_up_link(
    name: str, verdicts: dict[str, str], cloud: Cloud, office: str
) -> None:
    arrived = mail(cloud, name, **verdicts)
    assert cloud.call("POST", f"/inbox/{arrived}/invite", bearer=office).status == 409


@pytest.mark.parametrize("odd", ["1", "20270111090000000-0123456789abcdef", "x" * 3000])
def test_a_mail_there_is_not_is_not_found(odd: str, cloud: Cloud, office: str) -> None:
    assert get(cloud, f"/inbox/{odd}", office).status == 404
    for what in ("invite", "done", "reopen"):
        assert cloud.call("POST", f"/inbox/{odd}/{what}", bearer=office).status == 404


def test_mail_that_is_moved_while_it_is_looked_for_is_found(
    cloud: Cloud, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived = mail(cloud, "attachments")
    tear_next_batch(
        monkeypatch, lambda: cloud.call("POST", f"/inbox/{arrived}/done", bearer=office)
    )
    assert inbox_service.get_mail(arrived, wiring.table())["state"] == "done"
