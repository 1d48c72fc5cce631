"""Pages beside the journey, pages that refuse, and where the links of all lead."""

import re
from collections.abc import Callable

from bs4 import BeautifulSoup

from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

Visit = Callable[..., PageUser]

# Files, and the years that lead on and on to the year after: three of them stand for all.
OFF = re.compile(r"/static|.*/year/(?!202[678])")

AOIFE, SEAN = "aoife@hse.ie", "sean@hse.ie"


def meeting_in(stack: InProcess) -> tuple[str, str]:
    """Two members, both co-chairs, with a meeting to come: the session of one, and its path."""
    sessions = [stack.join(email, name) for email, name in ((AOIFE, "Aoife"), (SEAN, "Seán"))]
    office = stack.sign_in(OFFICE)
    chairs = {"members": [each["id"] for each in sessions], "term_months": 12}
    assert stack.post("/communities/SW/chairs", chairs, session=office).status == 200
    form = {"kind": "quarterly", "starts_at": "2027-02-18T10:00", "mode": "online"}
    form["link"] = "https://meet.example/cork"
    session = sessions[0]["session"]
    made = stack.post("/communities/SW/meetings", form, session=session)
    assert made.status == 201, made.text
    return session, f"/meetings/{made.json['id']}"


def test_pages_that_anyone_may_read(visit: Visit):
    anyone = visit()
    for path, words in (
        ("/", "Who can join"),
        ("/help", "116 123"),
        ("/about", "Who does what"),
        ("/privacy", "There are four cookies"),
        ("/no/such/page", "Go to the first page"),
        ("/sign-in/no-such-link", "Ask for a new"),
        ("/answer/no-such-link", "on its page after signing in"),
        ("/surveys/no-such-link", "This link"),
    ):
        anyone.open(path).reads(words)
    anyone.open("/me").reads("Sign in")


def test_a_code_signs_in_the_browser_that_asked(visit: Visit, stack: InProcess):
    stack.join(AOIFE, "Aoife")
    someone = visit(AOIFE).open("/sign-in").fill("Your email address", AOIFE)
    someone.press("Send me the link").fill("The code in the email", "000000").press("Sign in")
    someone.reads("There is a problem")
    text = stack.letter(AOIFE, "sign in")["text"]
    code = next(line.strip() for line in text.splitlines() if line.strip().isdigit())
    someone.fill("The code in the email", code).press("Sign in").reads("Hello, Aoife")
    someone.press("Sign out").reads("You are signed out")


def test_pages_of_a_community_and_its_meeting(visit: Visit, stack: InProcess):
    _, meeting = meeting_in(stack)
    chair, office = visit(AOIFE).sign_in(), visit(OFFICE).sign_in()
    for path in ("", "/meetings", "/actions", "/surveys", "/chairs"):
        chair.open(f"/communities/SW{path}").reads("South West")
    for path in ("/reschedule", "/place", "/lead", "/answers", "/cancel", "/close"):
        chair.open(f"{meeting}{path}").reads("18 February 2027")
    chair.open("/members").reads("Go to your page")
    for path in ("/members", "/invitations", "/reports/kpi"):
        office.open(path)
    chair.open(f"{meeting}/reschedule").fill("New day and time", "2027-02-25T10:00")
    chair.press("Change date").reads("25 February 2027")
    visit(SEAN).letter("New date")
    chair.open(f"{meeting}/cancel").fill("Reason", "Storm").press("Cancel the meeting")
    chair.reads("Storm")
    visit(SEAN).letter("Cancelled")


def test_letters_beside_the_journey(visit: Visit, stack: InProcess):
    session, meeting = meeting_in(stack)
    item = stack.post(f"{meeting}/items", {"title": "Passes"}, session=session).json["id"]
    stack.post(f"{meeting}/items/{item}/decline", {"reason": "Next time"}, session=session)
    outsider = stack.join("roisin@volunteers.example", "Róisín de Búrca")
    office = stack.sign_in(OFFICE)
    stack.post(f"/members/{outsider['id']}/decline", {"reason": "Not yet"}, session=office)
    stack.post("/join", {"email": SEAN})
    visit(AOIFE).letter("Your agenda item")
    visit(AOIFE).letter("Welcome")
    visit("roisin@volunteers.example").letter("Your request to join")
    visit(SEAN).letter("sign in")
    stack.advance(to="2027-02-23T09:00:00+00:00")
    visit(AOIFE).letter("Did it go ahead")


def test_no_page_leads_to_a_page_that_is_not_there(stack: InProcess):
    session, meeting = meeting_in(stack)
    for who, starts in ((session, ["/me", meeting, "/about"]), (stack.sign_in(OFFICE), ["/me"])):
        waiting, been = starts, set()
        while waiting:
            path = waiting.pop().partition("#")[0]
            if path in been or not path.startswith("/") or OFF.match(path):
                continue
            been.add(path)
            answer = stack.get(path, session=who, headers={"Accept": "text/html"})
            if path in ("/", "/join", "/sign-in"):  # from a page that looks at no session
                assert answer.headers["location"] == "/me", path
                continue
            assert answer.status == 200, f"{path}: {answer.status}"
            if "text/html" in answer.headers["content-type"]:
                page = BeautifulSoup(answer.text, "html.parser")
                waiting += [link["href"] for link in page.select("a[href]")]
        assert len(been) > 30
