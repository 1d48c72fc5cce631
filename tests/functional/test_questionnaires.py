"""Questions of one's own through their routes: written, arranged, asked, and never changed afterwards."""

import json
from datetime import timedelta
from typing import Any

import pytest

from comhar import data, wiring
from comhar.questionnaires import repository as questionnaires_repository
from comhar.questionnaires.lines import Line
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import Definition
from tests.functional.test_surveys import link_in
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.page import Page
from tests.support.sample_community import OFFICE

SOON = {"opens_on": "2027-01-12", "closes_on": "2027-01-26"}
NOW = {"opens_on": "2027-01-11", "closes_on": "2027-01-26"}


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


class Writer:
    """Somebody who writes questions: what they send, and what they are answered."""

    def __init__(self, cloud: Cloud, bearer: str, where: str = "/communities/SW") -> None:
        self.cloud = cloud
        self.bearer = bearer
        self.where = f"{where}/questionnaires"

    def send(self, path: str, body: Any = None, **more: Any) -> GatewayResponse:
        method = "POST" if body is not None or "form" in more else "GET"
        return self.cloud.call(method, path, body, bearer=self.bearer, **more)

    def begin(self, title: str = "Tea", start_from: str | None = None) -> str:
        made = self.send(self.where, {"title": title, "start_from": start_from})
        assert made.status == 201, made
        return f"/questionnaires/{made.json['questionnaire']}"

    def change(self, path: str, what: str, **body: Any) -> Any:
        """Sends a change of what stands there now; answers how it stands afterwards."""
        revision = self.send(path).json["revision"]
        answer = self.send(f"{path}/{what}", {"revision": revision, **body})
        assert answer.status in (200, 201), answer
        return answer.json

    def keys(self, path: str, name: str = "lines") -> list[str]:
        return [each["key"] for each in self.send(path).json[name]]

    def start(self, path: str, **dates: Any) -> GatewayResponse:
        key = path.rpartition("/")[2]
        return self.send(f"{self.where}/{key}/start", {**NOW, **dates})


def writer(cloud: Cloud, members: int = 1) -> Writer:
    """A co-chair of the South West, with some members."""
    people = [cloud.member(chair_of=("SW",) if n == 0 else ()) for n in range(members)]
    return Writer(cloud, cloud.session(people[0]))


def office(cloud: Cloud) -> Writer:
    return Writer(cloud, cloud.session(OFFICE), "/national")


def errors(answer: GatewayResponse) -> dict[str, str]:
    assert answer.status == 422, answer
    return {each["field"]: each["message"] for each in answer.json["errors"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "rating"}, "text"),
        ({"kind": "matrix", "text": "Which?"}, "kind"),
        ({"kind": "short", "text": "x" * 201}, "text"),
        ({"kind": "short", "text": "two\nlines"}, "text"),
        ({"kind": "single", "text": "Which?"}, "options"),
        ({"kind": "many", "text": "Which?", "options": ["one"]}, "options"),
        ({"kind": "single", "text": "Which?", "options": ["Tea", "tea"]}, "options"),
        (
            {"kind": "single", "text": "Which?", "options": "\n".join("abcdefghijklmnopqrstu")},
            "options",
        ),
        ({"kind": "rating", "text": "How?", "options": ["a", "b"]}, "options"),
        ({"kind": "yes_no", "text": "Is it?", "low": "no"}, "low"),
        ({"kind": "heading", "text": "Part two", "required": True}, "required"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_by_its_field(
    cloud: Cloud, body: dict[str, Any], field: str
) -> None:
    chair = writer(cloud)
    path = chair.begin()
    before = cloud.written()
    assert field in errors(chair.send(f"{path}/lines", {"revision": 1, **body}))
    assert cloud.written() == before


def test_a_form_refused_gives_back_what_was_typed(cloud: Cloud) -> None:
    chair = writer(cloud)
    path = chair.begin()
    form = {"revision": "1", "kind": "single", "text": "Tae nó caife?", "options": "Tae"}
    answer = chair.send(f"{path}/lines", form=form, html=True)
    assert answer.status == 422
    page = Page(answer.text)
    assert page.faults() == []
    for given in ("Tae nó caife?", ">Tae</textarea>", "Give 2 to 20 answers"):
        assert given in answer.text


def test_only_co_chairs_of_the_community_write_for_it_and_only_the_office_for_all(
    cloud: Cloud,
) -> None:
    chair = writer(cloud)
    path, national = chair.begin(), office(cloud).begin()
    member = Writer(cloud, cloud.session(cloud.member()))
    elsewhere = Writer(cloud, cloud.session(cloud.member(region="MW", chair_of=("MW",))))
    for other in (member, elsewhere):
        assert other.send(path).status == 403
        assert (
            other.send(f"{path}/lines", {"revision": 1, "kind": "short", "text": "?"}).status == 403
        )
        assert other.send("/communities/SW/questionnaires").status == 403
        assert other.start(path).status == 403
    assert chair.send(national).status == 403
    assert chair.send("/national/questionnaires").status == 403
    assert member.send(f"{national}/preview").status == 403


def test_two_who_write_at_once_are_told_and_nothing_is_overwritten(cloud: Cloud) -> None:
    chair = writer(cloud)
    path = chair.begin()
    chair.change(path, "lines", kind="yes_no", text="Is there tea?")
    late = {"revision": 1, "kind": "short", "text": "What else is there?"}
    refused = chair.send(f"{path}/lines", late)
    assert (refused.status, refused.json["type"]) == (409, "urn:comhar:questions-changed")
    page = chair.send(f"{path}/lines", form={k: str(v) for k, v in late.items()}, html=True)
    assert page.status == 409 and "What else is there?" in page.text
    assert chair.keys(path) == ["q1"]


def test_lines_are_added_worded_moved_taken_out_and_brought_back(cloud: Cloud) -> None:
    chair = writer(cloud)
    path = chair.begin()
    chair.change(path, "lines", kind="heading", text="Fáilte")
    chair.change(path, "lines", kind="rating", text="How warm was it?", low="Cold", high="Warm")
    added = chair.change(
        path, "lines", kind="single", text="Tea or coffee?", options="Tea\n\nCoffee\n"
    )
    assert added["at"] == "line-q3"
    assert added["lines"][2]["options"] == ["Tea", "Coffee"]
    assert chair.change(path, "arrange", move="q3:up")["at"] == "line-q3"
    assert chair.keys(path) == ["q1", "q3", "q2"]
    chair.change(path, "arrange", move="q1:up")  # at the top already
    assert chair.keys(path) == ["q1", "q3", "q2"]
    chair.change(path, "arrange", out="q3")
    assert (chair.keys(path), chair.keys(path, "out")) == (["q1", "q2"], ["q3"])
    chair.change(path, "lines", kind="long", text="What else?")
    chair.change(path, "arrange", back="q3")
    assert chair.keys(path) == ["q1", "q2", "q4", "q3"]
    now = chair.send(path).json["revision"]
    assert chair.send(f"{path}/arrange", {"revision": now, "out": "q9"}).status == 404
    worded = chair.change(path, "lines/q2", kind="rating", text="How warm?", required=True)
    assert worded["lines"][1] | {"required": True} == worded["lines"][1]
    assert (worded["lines"][1]["text"], worded["lines"][1]["low"]) == ("How warm?", None)


def test_an_answer_has_a_value_of_its_own_for_as_long_as_its_words_stay(cloud: Cloud) -> None:
    chair = writer(cloud)
    path = chair.begin()
    chair.change(path, "lines", kind="single", text="What?", options=["Tea", "Coffee"])

    def values(*options: str) -> dict[str, str]:
        chair.change(path, "lines/q1", kind="single", text="What?", options=options)
        questionnaire = questionnaires_repository.find_questionnaire(
            wiring.table(), path.rpartition("/")[2]
        )
        assert questionnaire is not None
        return {each.text: each.value for each in questionnaire.lines[0].options}

    first = values("Coffee", "Tea")
    assert values("Milk", "Tea")["Tea"] == first["Tea"]
    later = values("Water", "Tea")
    assert (
        later["Water"] not in first.values()
    )  # nor that of an answer that is not offered any more
    assert values("Tea", "Coffee") == first


def test_what_came_with_the_service_is_copied_and_a_question_asked_otherwise_is_a_new_one(
    cloud: Cloud,
) -> None:
    chair = writer(cloud)
    path = chair.begin("Ár bpobal", "cop_review")
    built_in = data.load("surveys")["cop_review"]
    lines = chair.send(path).json["lines"]
    questions = [each for each in lines if each["kind"] != "heading"]
    assert [each["text"] for each in questions] == [each["text"] for each in built_in["questions"]]
    assert [e["text"] for e in lines if e["kind"] == "heading"] == [
        each["title"] for each in built_in["sections"]
    ]
    same = {name: questions[2][name] for name in ("kind", "text", "low", "high")}
    chair.change(path, "lines/satisfaction", **same, help="Think of the last year.")
    assert "satisfaction" in chair.keys(path)
    turned = chair.begin("Upside down", "cop_review")
    ends = {"low": same["high"], "high": same["low"]}
    chair.change(turned, "lines/satisfaction", **same | ends)
    assert "satisfaction" not in chair.keys(turned)
    chair.change(path, "lines/satisfaction", **same | {"text": "How were the biscuits?"})
    assert "satisfaction" not in chair.keys(path)
    copied = chair.begin("Again", path.rpartition("/")[2])
    assert [each["text"] for each in chair.send(copied).json["lines"]] == [
        each["text"] for each in chair.send(path).json["lines"]
    ]


def test_nobody_copies_what_they_may_not_read(cloud: Cloud) -> None:
    theirs = Writer(
        cloud, cloud.session(cloud.member(region="MW", chair_of=("MW",))), "/communities/MW"
    ).begin("Theirs", "needs")
    chair = writer(cloud)
    for start_from in (theirs.rpartition("/")[2], "SW-none", "nothing"):
        body = {"title": "Mine", "start_from": start_from}
        assert "start_from" in errors(chair.send(chair.where, body))
    national = office(cloud).begin("For all", "needs")
    listed = chair.send(chair.where).json
    assert [each["title"] for each in listed["shared"]] == ["For all"]
    assert chair.send(f"{national}/preview").status == 200
    assert chair.keys(chair.begin("Copy", national.rpartition("/")[2]))


def test_a_survey_without_a_question_is_not_started(cloud: Cloud) -> None:
    chair = writer(cloud)
    path = chair.begin()
    chair.change(path, "lines", kind="heading", text="Only a heading")
    for answer in (chair.start(path), chair.send(f"{path}/preview")):
        assert (answer.status, answer.json["type"]) == (409, "urn:comhar:nothing-asked")


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"opens_on": "2027-01-10"}, "opens_on"),
        ({"opens_on": "2028-01-13", "closes_on": "2028-01-20"}, "opens_on"),
        ({"opens_on": "soon"}, "opens_on"),
        ({"closes_on": "2027-01-11"}, "closes_on"),
        ({"closes_on": "2027-04-14"}, "closes_on"),
        ({"opens_on": "9999-12-31", "closes_on": "9999-12-31"}, "opens_on"),
    ],
)
def test_days_that_cannot_be_are_refused_by_their_field(
    cloud: Cloud, dates: dict[str, str], field: str
) -> None:
    chair = writer(cloud)
    path = chair.begin("Tea", "needs")
    before = cloud.written()
    assert field in errors(chair.start(path, **dates))
    assert cloud.written() == before


def test_it_opens_on_its_day_for_everyone_who_is_active_then(cloud: Cloud) -> None:
    chair = writer(cloud, 6)
    path = chair.begin("Tae", "needs")
    page = chair.send(f"{chair.where}/{path.rpartition('/')[2]}/start").json
    counted = {"members": 6, "invited": 6, "running": False, "few": False}
    assert page["communities"] == [{"region": "SW", **counted}]
    started = chair.start(path, **SOON)
    assert started.status == 201
    assert started.json["opens_at"] == "2027-01-12T09:00:00Z"
    assert started.json["closes_at"] == "2027-01-26T17:00:00Z"
    assert cloud.post_letters() == []
    cloud.member()
    cloud.now += timedelta(days=1)
    letters = cloud.mail()
    assert len({letter["To"] for letter in letters}) == len(letters) == 7
    again = Writer(cloud, cloud.session(cloud.people[0]))
    assert again.start(path, opens_on="2027-01-13").json["type"] == "urn:comhar:runs-already"


def test_what_was_asked_stays_as_it_was_whatever_is_changed_or_deleted_later(cloud: Cloud) -> None:
    chair = writer(cloud, 6)
    path = chair.begin()
    chair.change(path, "lines", kind="rating", text="How warm was it?", required=True)
    survey = chair.start(path).json["surveys"][0]["survey"]
    links = [link_in(letter) for letter in cloud.mail()]
    chair.change(path, "lines/q1", kind="rating", text="How cold was it?")
    chair.change(path, "words", title="Coffee")
    assert chair.send(f"{path}/versions/1").json["questions"][0]["text"] == "How warm was it?"
    builder = chair.send(path).json
    assert (builder["version"], builder["changed"]) == (1, True)
    chair.send(f"{path}/delete", {"revision": builder["revision"]})
    assert [chair.send(each).status for each in (path, f"{path}/versions/1")] == [404, 404]
    assert cloud.call("GET", links[0]).json["questions"][0]["text"] == "How warm was it?"
    for number, link in enumerate(links):
        body = {"answers": {"q1": 1 + 4 * (number % 2)}}
        assert cloud.call("POST", link, body).status == 201
    cloud.now += timedelta(days=15, hours=9)
    cloud.post_letters()
    again = Writer(cloud, cloud.session(cloud.people[0]))
    result = again.send(f"/communities/SW/surveys/{survey}").json
    assert (result["title"], result["questions"][0]["text"]) == ("Tea", "How warm was it?")
    assert [row["count"] for row in result["questions"][0]["rows"]] == [3, 0, 0, 0, 3]


def test_versions_count_what_was_asked_and_only_when_it_differs(cloud: Cloud) -> None:
    chair = writer(cloud)
    path = chair.begin("Tea", "needs")
    questionnaire = path.rpartition("/")[2]
    for _ in range(2):
        started = chair.start(path, **SOON).json["surveys"][0]["survey"]
        survey = surveys_repository.find_survey(wiring.table(), started)
        assert survey is not None and survey.version == 1
        wiring.table().transact(surveys_repository.cancel_writes(survey))
    chair.change(path, "lines", kind="short", text="And?")
    survey = surveys_repository.find_survey(
        wiring.table(), chair.start(path, **SOON).json["surveys"][0]["survey"]
    )
    assert survey is not None and survey.version == 2
    first, second = (
        questionnaires_repository.find_version(wiring.table(), questionnaire, n) for n in (1, 2)
    )
    assert isinstance(first, Definition) and isinstance(second, Definition)
    assert [each.text for each in second.questions] == [
        *(each.text for each in first.questions),
        "And?",
    ]


def test_what_is_put_back_as_it_was_is_no_change_and_no_new_version(cloud: Cloud) -> None:
    chair = writer(cloud)
    path = chair.begin("Tea", "needs")
    survey = surveys_repository.find_survey(
        wiring.table(), chair.start(path, **SOON).json["surveys"][0]["survey"]
    )
    assert survey is not None
    wiring.table().transact(surveys_repository.cancel_writes(survey))
    assert chair.change(path, "arrange", move="learning:down")["changed"] is True
    assert chair.change(path, "arrange", move="learning:up")["changed"] is False
    again = surveys_repository.find_survey(
        wiring.table(), chair.start(path, **SOON).json["surveys"][0]["survey"]
    )
    assert again is not None and again.version == survey.version == 1
    assert (
        questionnaires_repository.find_version(wiring.table(), path.rpartition("/")[2], 2) is None
    )


def test_one_goes_back_to_what_was_asked_last_and_loses_nothing_written_since(cloud: Cloud) -> None:
    chair = writer(cloud)
    path = chair.begin("Tea", "needs")
    assert chair.send(f"{path}/arrange", {"revision": 1, "as_asked": True}).status == 409
    before = chair.send(path).json
    chair.start(path, **SOON)
    chair.change(path, "lines", kind="short", text="And?")
    chair.change(path, "arrange", out="learning")
    after = chair.change(path, "arrange", as_asked=True)
    assert after["lines"] == before["lines"]
    assert [each["text"] for each in after["out"]] == ["And?"]
    assert after["changed"] is False


def test_the_office_asks_several_communities_at_once_all_or_none(cloud: Cloud) -> None:
    writer(cloud)
    for number in range(5):
        cloud.member(region="MW", id=f"west{number}", email=f"west{number}@hse.ie")
    national = office(cloud)
    path = national.begin("For all", "needs")
    page = national.send(f"/national/questionnaires/{path.rpartition('/')[2]}/start").json
    counts = {each["region"]: (each["members"], each["few"]) for each in page["communities"]}
    assert (counts["SW"], counts["MW"], counts["DNE"]) == ((1, True), (5, False), (0, False))
    before = cloud.written()
    for regions in ([], ["SW", "SW"], ["XX"], ["SW", "DNE"]):
        assert "regions" in errors(national.start(path, regions=regions))
    assert cloud.written() == before
    started = national.start(path, regions=["SW", "MW"]).json["surveys"]
    assert {each["region"] for each in started} == {"SW", "MW"}
    assert len(cloud.post_letters()) == 6
    assert national.start(path, regions=["MW"]).status == 409


def test_a_community_starts_its_own_and_those_that_came_with_the_service(cloud: Cloud) -> None:
    chair, national = writer(cloud), office(cloud).begin("For all", "needs")
    copy_first = chair.start(national)
    assert (copy_first.status, copy_first.json["type"]) == (409, "urn:comhar:copy-first")
    assert chair.start("/needs").status == 201
    assert chair.start("/needs").status == 409
    assert [chair.start(each).status for each in ("/meeting_feedback", "/SW-none")] == [404, 404]


def test_where_nobody_can_be_asked_there_is_no_form_to_ask_them(cloud: Cloud) -> None:
    chair = writer(cloud)
    assert chair.start("needs").status == 201
    page = chair.send("/communities/SW/questionnaires/needs/start", html=True).text
    assert "running in the community already" in page and "Start the survey" not in page
    national = office(cloud).send("/national/questionnaires/needs/start", html=True).text
    assert "There is no community to ask" in national and "Start the survey" not in national


def test_questions_deleted_since_are_said_to_be_when_they_are_asked_again(cloud: Cloud) -> None:
    answer = writer(cloud).send("/communities/SW/questionnaires/SW-gone/start", html=True)
    assert answer.status == 404 and "may have been deleted since they were asked" in answer.text


def test_who_looks_at_questions_finds_back_to_where_they_are_asked(cloud: Cloud) -> None:
    chair = writer(cloud)
    page = chair.send("/questionnaires/built-in/needs", html=True).text
    assert 'href="/communities/SW/questionnaires"' in page
    empty = chair.send(f"{chair.begin()}/preview", html=True)
    assert empty.status == 409 and "Go to the questions" in empty.text


def test_a_list_says_what_is_there_and_an_empty_one_what_to_do(cloud: Cloud) -> None:
    chair = writer(cloud)
    assert "No surveys of your own yet" in chair.send(chair.where, html=True).text
    chair.begin("Tae <b>agus</b> brioscaí", "needs")
    text = chair.send(chair.where, html=True).text
    assert "Tae &lt;b&gt;agus&lt;/b&gt; brioscaí" in text
    assert "Never asked" in text


def test_there_is_an_end_to_what_fits(cloud: Cloud) -> None:
    chair = writer(cloud)
    path = chair.begin()
    it = questionnaires_repository.find_questionnaire(wiring.table(), path.rpartition("/")[2])
    assert it is not None
    many = tuple(Line(key=f"q{n}", kind="short", text="?") for n in range(1, 101))
    full = it.model_copy(update={"lines": many, "made": 100})
    wiring.table().transact(questionnaires_repository.save_writes(full, cloud.now, it))
    answer = chair.send(f"{path}/lines", {"revision": 1, "kind": "short", "text": "?"})
    assert (answer.status, answer.json["type"]) == (409, "urn:comhar:too-long")
    assert "There is no room for more" in chair.send(path, html=True).text
    wordy = {"kind": "many", "text": "?", "options": ["é" * 190 + str(n) for n in range(20)]}
    path, added = chair.begin(), 0
    while (answer := chair.send(f"{path}/lines", {"revision": added + 1, **wordy})).status == 201:
        added += 1
    assert answer.status == 409 and 5 < added < 30


def test_of_what_is_taken_out_the_newest_can_be_brought_back(cloud: Cloud) -> None:
    chair = writer(cloud)
    path = chair.begin()
    for number in range(1, 23):
        chair.change(path, "lines", kind="short", text=f"Question {number}")
        chair.change(path, "arrange", out=f"q{number}")
    assert chair.keys(path, "out") == [f"q{number}" for number in range(22, 2, -1)]
    chair.change(path, "lines/q22", kind="short", text="In other words")
    assert (chair.keys(path), len(chair.keys(path, "out"))) == ([], 20)


def test_what_is_written_in_any_script_fits_into_one_item_or_is_refused(cloud: Cloud) -> None:
    chair = writer(cloud)
    path = chair.begin()
    words = "\N{TEACUP WITHOUT HANDLE}" * 198
    wordy = {"kind": "many", "text": words, "help": words}
    wordy["options"] = [words + str(number) for number in range(10, 30)]
    revision = 1
    for _ in range(2):
        while True:
            body = {"revision": revision, **wordy}
            if chair.send(f"{path}/lines", body).status == 409:
                break
            revision += 1
        keys_listed = chair.keys(path)
        assert len(keys_listed) == 3
        for key in keys_listed:
            revision = chair.change(path, "arrange", out=key)["revision"]
    item = wiring.table().get(questionnaires_repository.key(path.rpartition("/")[2]))
    assert len(json.dumps(item, ensure_ascii=False).encode()) < 2 * 60_000
    assert chair.keys(path, "out") == keys_listed[::-1]
