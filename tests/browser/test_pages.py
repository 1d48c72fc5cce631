"""Pages beside the journey, pages that refuse, and what a keyboard alone can do."""

import re
from collections.abc import Callable

from bs4 import BeautifulSoup

from tests.browser.visitor import Visitor
from tests.support.stack import OFFICE, Stack

Visit = Callable[..., Visitor]

# Files, and the years that lead on and on to the year after: three of them stand for all.
OFF = re.compile(r"/static|.*/year/(?!202[678])")

AOIFE, SEAN = "aoife@hse.ie", "sean@hse.ie"


def meeting_in(stack: Stack) -> tuple[str, str]:
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
        ("/privacy", "There are three cookies"),
        ("/no/such/page", "Go to the first page"),
        ("/sign-in/no-such-link", "Ask for a new"),
        ("/answer/no-such-link", "on its page after signing in"),
        ("/surveys/no-such-link", "This link"),
    ):
        anyone.open(path).reads(words)
    anyone.open("/me").reads("Sign in")


def test_a_code_signs_in_the_browser_that_asked(visit: Visit, stack: Stack):
    stack.join(AOIFE, "Aoife")
    someone = visit(AOIFE).open("/sign-in").fill("Your email address", AOIFE)
    someone.press("Send me the link").fill("The code in the email", "000000").press("Sign in")
    someone.reads("There is a problem")
    text = stack.letter(AOIFE, "sign in")["text"]
    code = next(line.strip() for line in text.splitlines() if line.strip().isdigit())
    someone.fill("The code in the email", code).press("Sign in").reads("Hello, Aoife")
    someone.press("Sign out").reads("You are signed out")


def test_pages_of_a_community_and_its_meeting(visit: Visit, own_stack: Stack):
    _, meeting = meeting_in(own_stack)
    chair, office = visit(AOIFE).sign_in(), visit(OFFICE).sign_in()
    for path in ("", "/meetings", "/actions", "/surveys", "/chairs"):
        chair.open(f"/communities/SW{path}").reads("South West")
    for path in ("/reschedule", "/place", "/lead", "/answers", "/cancel", "/close"):
        chair.open(f"{meeting}{path}").reads("18 February 2027")
    chair.open("/members").reads("Go to your page")
    for path in ("/members", "/invitations", "/reports/kpi"):
        office.open(path)
    chair.open(f"{meeting}/reschedule").fill("New day and time", "2027-02-25T10:00")
    chair.press("Move it").reads("25 February 2027")
    visit(SEAN).letter("New date")
    chair.open(f"{meeting}/cancel").fill("Reason", "Storm").press("Cancel the meeting")
    chair.reads("Storm")
    visit(SEAN).letter("Cancelled")


def test_letters_beside_the_journey(visit: Visit, own_stack: Stack):
    session, meeting = meeting_in(own_stack)
    item = own_stack.post(f"{meeting}/items", {"title": "Passes"}, session=session).json["id"]
    own_stack.post(f"{meeting}/items/{item}/decline", {"reason": "Next time"}, session=session)
    outsider = own_stack.join("roisin@volunteers.example", "Róisín de Búrca")
    office = own_stack.sign_in(OFFICE)
    own_stack.post(f"/members/{outsider['id']}/decline", {"reason": "Not yet"}, session=office)
    own_stack.post("/join", {"email": SEAN})
    visit(AOIFE).letter("Your agenda item")
    visit(AOIFE).letter("Welcome")
    visit("roisin@volunteers.example").letter("Your request to join")
    visit(SEAN).letter("sign in")
    own_stack.advance(to="2027-02-23T09:00:00+00:00")
    visit(AOIFE).letter("Did it happen")


def test_a_keyboard_is_enough(visit: Visit):
    page = visit(AOIFE).open("/join").page
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    for words in ("Comhar", "Sign in", "About Comhar", "Join"):
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text().startswith(words)
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("id") == "email"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.title().startswith("Error: ")
    page.get_by_role("link", name="Enter your email address").press("Enter")
    assert page.url.endswith("#email")
    page.keyboard.press("Tab")
    page.locator("#email").type(AOIFE)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/join/sent")


def test_no_page_leads_to_a_page_that_is_not_there(own_stack: Stack):
    session, meeting = meeting_in(own_stack)
    for who, starts in ((session, ["/me", meeting, "/"]), (own_stack.sign_in(OFFICE), ["/me"])):
        waiting, been = starts, set()
        while waiting:
            path = waiting.pop().partition("#")[0]
            if path in been or not path.startswith("/") or OFF.match(path):
                continue
            been.add(path)
            answer = own_stack.get(path, session=who, headers={"Accept": "text/html"})
            assert answer.status == 200, f"{path}: {answer.status}"
            if "text/html" in answer.headers["content-type"]:
                page = BeautifulSoup(answer.text, "html.parser")
                waiting += [link["href"] for link in page.select("a[href]")]
        assert len(been) > 30
