"""What each page may read: the one table of calls to DynamoDB, items, their bytes, and calls of KMS.

`tests/functional/test_budgets.py` counts and compares; `make bench` prints it with what was counted.
"""

from dataclasses import dataclass

MEMBER, CHAIR, OFFICER, NOBODY, CLOCK = "member", "co-chair", "office", "nobody", "clock"
MOST_CALLS = 3  # of a page


@dataclass(frozen=True)
class Budget:
    """The most that a page reads, whatever the history and however many members there are.

    `each_member` is how many items more it reads of every active member of the region, because it offers
    them to choose from. `years` and `members` are how many items more it may read after ten years than
    after one, and at 10,000 members than at 155; `shows` says of what it shows more, or why it takes more
    calls than others. `counts` are the items in which something is added up: where few are counted, some
    of them are not there yet.
    """

    path: str
    user: str
    calls: int
    items: int
    kilobytes: int
    kms: int = 0
    each_member: int = 0
    years: int = 0
    members: int = 0
    counts: int = 0
    shows: str = ""

    def most_items(self, active: int) -> int:
        """Where the region has so many active members."""
        return self.items + self.each_member * active

    def most_kilobytes(self, active: int) -> float:
        return self.kilobytes + self.each_member * active * _MEMBER


_MEMBER = 0.3  # kilobytes of one
CHOICE = "members to choose from"
LISTED = "members, listed with their roles"
ANSWERS = "members and their answers"
PEOPLE = "50 people a page"
BOARD = "50 people a page, what they work on, and their meetings of a year"
REPLIES = "45 people a page, their answers, and what some of them need"
LEFT = "50 people a page, and beside them those who left"
SEARCH = "what all members are searched for"
FIRST = "the first dozen meetings"
RUNS = "at most four runs before"
NAMES = "names, in a community of at most 100"
HISTORY = "a history by alias and, from before, by id"
LIVE = "the members whom it counts; three reads a region, and four"
REASONED = f"{LIVE}; one for the revision of its reasons"
ASKED = "how many would be asked, by when each joined"

UNPUBLISHED = "what waits for it: here the report of every quarter, which nobody published"
BUDGETS = (
    Budget("/me", MEMBER, 3, 46, 9, counts=24),
    Budget("/me", CHAIR, 3, 46, 9, counts=24),
    Budget("/me", OFFICER, 2, 60, 7, years=54, shows=UNPUBLISHED),
    Budget("/me/waiting", MEMBER, 3, 46, 9, counts=24),
    Budget("/me/waiting", CHAIR, 4, 66, 15, members=20, counts=24, shows="who is to be confirmed"),
    Budget("/me/waiting", OFFICER, 2, 60, 7, years=54, shows=UNPUBLISHED),
    Budget("/me/year", MEMBER, 5, 15, 6,
           shows="meetings of the region and of all, those attended, actions done, reflections"),
    Budget("/communities/{region}", MEMBER, 3, 165, 43, members=48, counts=24, shows=BOARD),
    Budget("/communities/{region}", CHAIR, 3, 165, 43, members=48, counts=24, shows=BOARD),
    Budget("/communities/{region}/members", MEMBER, 3, 120, 32, members=48, counts=8, shows=PEOPLE),
    Budget("/communities/{region}/start", MEMBER, 3, 30, 9, years=12, counts=8, shows=FIRST),
    Budget("/communities/{region}/start", OFFICER, 3, 30, 9, years=12, counts=8, shows=FIRST),
    Budget("/communities/{region}/meetings", MEMBER, 2, 15, 5, years=8, shows="the last dozen meetings"),
    Budget("/communities/{region}/meetings/new", CHAIR, 1, 1, 2),
    Budget("/communities/{region}/chairs", OFFICER, 2, 2, 2, each_member=1, shows=CHOICE),
    Budget("/communities/{region}/chairs/step-down", CHAIR, 1, 1, 2),
    Budget("/communities/{region}/handover", CHAIR, 4, 60, 15,
           counts=8, shows="a batch, meetings and polls, actions, and what members propose for an agenda"),
    Budget("/communities/{region}/leadership", MEMBER, 3, 4, 2, each_member=1, shows=CHOICE),
    Budget("/communities/{region}/nominations", MEMBER, 2, 1, 1, each_member=1, shows=CHOICE),
    Budget("/communities/{region}/actions", MEMBER, 2, 13, 3),
    Budget("/communities/{region}/actions", CHAIR, 2, 13, 3),
    Budget("/communities/{region}/actions/new", CHAIR, 1, 0, 1, each_member=1, shows=CHOICE),
    Budget("/communities/{region}/actions/{action}/carry", MEMBER, 1, 1, 1),
    Budget("/communities/{region}/actions/{action}/edit", CHAIR, 2, 1, 1, each_member=1, shows=CHOICE),
    Budget("/communities/{region}/polls", MEMBER, 1, 3, 1),
    Budget("/communities/{region}/polls/new", CHAIR, 1, 1, 2),
    Budget("/communities/{region}/surveys", MEMBER, 1, 21, 7, years=12, shows="20 surveys"),
    Budget("/communities/{region}/surveys/{survey}", MEMBER, 3, 9, 30, years=4, shows=RUNS),
    Budget("/communities/{region}/surveys/{survey}/over-time", MEMBER, 2, 9, 30, years=4, shows=RUNS),
    Budget("/communities/{region}/surveys/{survey}/over-time.svg", MEMBER, 2, 9, 30, years=4, shows=RUNS),
    Budget("/communities/{region}/surveys/{survey}/wheel.svg", MEMBER, 2, 9, 30, years=4, shows=RUNS),
    Budget("/communities/{region}/surveys/{survey}/said/new", CHAIR, 1, 2, 4),
    Budget("/communities/{region}/surveys/{survey}/said/{entry}/edit", CHAIR, 1, 2, 4),
    Budget("/communities/{region}/surveys/{survey}/said/{entry}/remove", CHAIR, 1, 2, 4),
    Budget("/communities/{region}/evaluations", CHAIR, 2, 43, 10, each_member=1, years=36, shows=ASKED),
    Budget("/communities/{region}/questionnaires", CHAIR, 2, 1, 1),
    Budget("/communities/{region}/questionnaires/new", CHAIR, 2, 1, 1),
    Budget("/communities/{region}/questionnaires/annual_value/start", CHAIR, 2, 40, 10,
           each_member=1, years=36, shows=ASKED),
    Budget("/communities/{region}/terms", MEMBER, 1, 3, 7),
    Budget("/communities/{region}/terms", CHAIR, 1, 3, 7),
    Budget("/communities/{region}/terms/edit", CHAIR, 1, 3, 7),
    Budget("/communities/{region}/terms/print", MEMBER, 1, 3, 7),
    Budget("/communities/{region}/terms/print?annex=yes", MEMBER, 3, 6, 8, each_member=1, shows=LISTED),
    Budget("/communities/{region}/terms/versions", MEMBER, 2, 1, 3),
    Budget("/communities/{region}/terms/versions/{number}", MEMBER, 2, 3, 10),
    Budget("/communities/{region}/wheel", MEMBER, 2, 11, 4, years=6, shows="eight pictures"),
    Budget("/communities/{region}/wheel.svg", MEMBER, 1, 3, 1),
    Budget("/communities/{region}/vision", MEMBER, 2, 10, 3, counts=8),
    Budget("/communities/{region}/vision/print", MEMBER, 2, 10, 3, counts=8),
    Budget("/communities/{region}/vision/versions", MEMBER, 1, 0, 1),
    Budget("/communities/{region}/vision/edit", MEMBER, 1, 1, 1),
    Budget("/communities/{region}/messages", CHAIR, 1, 1, 1),
    Budget("/communities/{region}/messages/new", CHAIR, 1, 12, 5, years=8, shows="planned meetings"),
    Budget("/me/peers", MEMBER, 1, 50, 20, shows=PEOPLE),
    Budget("/national/messages", OFFICER, 1, 1, 1),
    Budget("/communities/{region}/year/{year}", MEMBER, 2, 10, 4),
    Budget("/communities/{region}/year/{year}/new", CHAIR, 3, 10, 4, each_member=1, shows=CHOICE),
    Budget("/meetings/{meeting}", MEMBER, 2, 28, 6, counts=16),
    Budget("/meetings/{meeting}", CHAIR, 3, 141, 27,
           members=80, counts=16, shows="names, in a community of at most 100, and what one in twenty needs"),
    Budget("/meetings/{national}", MEMBER, 2, 22, 3, counts=16),
    Budget("/meetings/{national}", OFFICER, 3, 355, 32,
           members=330, counts=16, shows="what one in twenty of all members needs"),
    Budget("/meetings/{today}", MEMBER, 2, 32, 7, counts=16),
    Budget("/meetings/{closed}", MEMBER, 2, 4, 3),
    Budget("/meetings/{meeting}/agenda", CHAIR, 3, 36, 8, counts=16),
    Budget("/meetings/{meeting}/agenda/issue", CHAIR, 3, 43, 7, counts=24),
    Budget("/meetings/{first}/agenda/letter", CHAIR, 3, 15, 5, counts=16),
    Budget("/meetings/{meeting}/agenda/preview", CHAIR, 3, 36, 8, counts=16),
    Budget("/meetings/{meeting}/agenda/print", CHAIR, 3, 36, 8, counts=16),
    Budget("/meetings/{meeting}/answers", CHAIR, 3, 104, 16, years=6, members=52, shows=REPLIES),
    Budget("/meetings/{national}/answers", OFFICER, 3, 104, 16, years=6, members=6, shows=REPLIES),
    Budget("/meetings/{meeting}/calendar.ics", MEMBER, 1, 1, 1),
    Budget("/meetings/{meeting}/cancel", CHAIR, 1, 1, 1),
    Budget("/meetings/{today}/delivery", CHAIR, 4, 1, 1,
           each_member=1, shows="a letter of each kind to each member"),
    Budget("/meetings/{meeting}/items/new", MEMBER, 2, 1, 1),
    Budget("/meetings/{meeting}/items/{item}/edit", MEMBER, 1, 2, 1),
    Budget("/meetings/{meeting}/items/{item}/decline", CHAIR, 1, 2, 1),
    Budget("/meetings/{meeting}/items/{item}/withdraw", MEMBER, 1, 2, 1),
    Budget("/meetings/{meeting}/lead", CHAIR, 3, 2, 1, each_member=1, shows=CHOICE),
    Budget("/meetings/{meeting}/place", CHAIR, 1, 1, 1),
    Budget("/meetings/{meeting}/reschedule", CHAIR, 1, 1, 1),
    Budget("/meetings/{meeting}/topics", MEMBER, 2, 27, 4, counts=16),
    Budget("/meetings/{meeting}/topics", CHAIR, 2, 27, 4, counts=16),
    Budget("/meetings/{national}/topics", MEMBER, 2, 21, 3, counts=16),
    Budget("/meetings/{today}/run", CHAIR, 1, 30, 6, counts=16),
    Budget("/meetings/{today}/attendance", CHAIR, 3, 30, 3, each_member=2, counts=16, shows=ANSWERS),
    Budget("/meetings/{today}/close", CHAIR, 4, 39, 5, each_member=2, counts=16, shows=ANSWERS),
    Budget("/meetings/{today}/notes/welcome", CHAIR, 1, 30, 6, counts=16),
    Budget("/meetings/{today}/scribe", CHAIR, 2, 30, 7, each_member=1, counts=16, shows=CHOICE),
    Budget("/meetings/{today}/statement", MEMBER, 1, 30, 6, counts=16),
    Budget("/meetings/{today}/statements/new", CHAIR, 2, 30, 7, each_member=1, counts=16, shows=CHOICE),
    Budget("/meetings/{today}/reflection", CHAIR, 1, 2, 1),
    Budget("/meetings/{today}/reflection/delete", CHAIR, 1, 2, 1),
    Budget("/meetings/{today}/reflection/description", CHAIR, 1, 2, 1, kms=1),
    Budget("/meetings/{closed}/record", MEMBER, 3, 13, 5),
    Budget("/meetings/{closed}/record", CHAIR, 3, 23, 7),
    Budget("/meetings/{closed}/reopen", CHAIR, 1, 3, 1),
    Budget("/meetings/{closed}/wheel", CHAIR, 2, 2, 1),
    Budget("/meetings/{closed}/wheel/remove", CHAIR, 2, 2, 1),
    Budget("/meetings/{closed}/attendance/correct", OFFICER, 3, 45, 25,
           each_member=1, years=57, members=40, shows="members to choose from, and those who left"),
    Budget("/meetings/unconfirmed", OFFICER, 3, 4, 2),
    Budget("/communities", OFFICER, 7, 100, 20, counts=48,
           shows="a batch, and each region’s meetings of a year"),
    Budget("/meetings", OFFICER, 7, 30, 10, shows="meetings of each region, and national events"),
    Budget("/national/meetings", MEMBER, 2, 1, 1),
    Budget("/national/meetings/new", OFFICER, 1, 1, 1),
    Budget("/national/questionnaires", OFFICER, 1, 0, 1),
    Budget("/national/questionnaires/needs/start", OFFICER, 4, 10060, 2855,
           years=57, members=9845, shows=ASKED),
    Budget("/national/surveys/cop_review", OFFICER, 2, 2, 4),
    Budget("/polls/{poll}", MEMBER, 2, 29, 4, counts=16),
    Budget("/polls/{poll}", CHAIR, 3, 127, 24, members=40, counts=16, shows=NAMES),
    Budget("/polls/{poll}/pick", CHAIR, 3, 20, 3, counts=24),
    Budget("/polls/{poll}/end", CHAIR, 3, 127, 24, members=40, counts=16, shows=NAMES),
    Budget("/questionnaires/{questionnaire}", CHAIR, 1, 1, 4),
    Budget("/questionnaires/{questionnaire}/delete", CHAIR, 1, 1, 4),
    Budget("/questionnaires/{questionnaire}/lines/new", CHAIR, 1, 1, 4),
    Budget("/questionnaires/{questionnaire}/preview", CHAIR, 1, 1, 4),
    Budget("/questionnaires/{questionnaire}/words", CHAIR, 1, 1, 4),
    Budget("/reflections", MEMBER, 2, 22, 14, kms=1, years=9, shows="20 of one’s own"),
    Budget("/reflections?region=SW", MEMBER, 1, 21, 12, kms=1, years=13, shows="20 shared ones"),
    Budget("/reflections/search?words=nothing", MEMBER, 10, 200, 120, kms=1, years=200,
           shows="what is found in the newest 200 shared ones"),
    Budget("/reflections/new", MEMBER, 2, 6, 2),
    Budget("/reflections/new/review", MEMBER, 3, 13, 4, kms=1, counts=8),
    Budget("/reflections/new/feelings", MEMBER, 1, 1, 1),
    Budget("/reflections/print", MEMBER, 1, 21, 14, kms=1, years=9, shows="20 of one’s own"),
    Budget("/reflections/{private}", CHAIR, 1, 1, 1, kms=1),
    Budget("/reflections/{private}/delete", CHAIR, 1, 1, 1, kms=1),
    Budget("/reflections/{community}", MEMBER, 2, 1, 1, kms=1),
    Budget("/reflections/{community}/versions", CHAIR, 2, 1, 1, kms=1),
    Budget("/members", OFFICER, 2, 103, 18, members=1, counts=8, shows=PEOPLE),
    Budget("/members?region=SW", OFFICER, 3, 115, 31, years=52, members=40, counts=8, shows=LEFT),
    Budget("/members?status=inactive", OFFICER, 3, 10063, 2060,
           years=57, members=9900, counts=8, shows=SEARCH),
    Budget("/members/names", OFFICER, 1, 0, 1),
    Budget("/members/{member}", OFFICER, 3, 1, 1, shows=HISTORY),
    Budget("/members/{member}/deactivate", OFFICER, 1, 1, 1),
    Budget("/members/{member}/edit", OFFICER, 1, 1, 1),
    Budget("/members/{member}/move", OFFICER, 1, 1, 1),
    Budget("/members/{member}/reads", OFFICER, 4, 6, 2, shows=HISTORY),
    Budget("/members/history", OFFICER, 2, 6, 1),
    Budget("/reports/kpi", OFFICER, 1, 29, 4, years=24, shows="the reports there are"),
    Budget("/reports/kpi/2036-Q1", OFFICER, 2, 9, 20),
    Budget("/reports/kpi/2036-Q1/regions/{region}", OFFICER, 2, 9, 20),
    Budget("/reports/kpi/2036-Q1/regions/{region}/attendance_rate", OFFICER, 3, 45, 15,
           each_member=1, years=57, members=40, shows="members whom meetings expected"),
    Budget("/reports/kpi/2036-Q1/regions/{region}/members_active", OFFICER, 3, 95, 35,
           each_member=1, years=57, members=40, shows=PEOPLE),
    Budget("/reports/kpi/2036-Q1/regions/{region}/actions_done", OFFICER, 2, 20, 8),
    Budget("/reports/kpi/2036-Q1/regions/{region}/chairs_in_term", OFFICER, 3, 6, 9),
    Budget("/reports/kpi/2036-Q1/regions/{region}/reflections", OFFICER, 1, 2, 6),
    Budget("/reports/kpi/2036-Q1/print", OFFICER, 1, 2, 5),
    Budget("/reports/metrics", OFFICER, 1, 0, 1),
    Budget("/reports/kpi/2036-Q1/publish", OFFICER, 23, 10080, 2865,
           years=57, members=9845, shows=REASONED),
    Budget("/reports/kpi/2036-Q1/reasons", OFFICER, 23, 10080, 2865,
           years=57, members=9845, shows=REASONED),
    Budget("/reports/regions/{region}", MEMBER, 1, 29, 4, years=24, shows="the reports there are"),
    Budget("/reports/regions/{region}", CHAIR, 3, 40, 8, years=24, shows="the reports there are, and gaps"),
    Budget("/reports/dates?first=2036-01-10&last=2036-02-20", OFFICER, 15, 10080, 2865,
           years=57, members=9845, shows="the members whom it counts; two reads a region, and two"),
    Budget("/reports/kpi/2035", OFFICER, 1, 5, 12, years=4, shows="a year’s reports"),
    Budget("/reports/kpi/{running}", OFFICER, 22, 10080, 2865,
           years=57, members=9845, shows=LIVE),
    Budget("/reports/kpi/{running}/readiness", OFFICER, 8, 16, 5, shows="gaps; one read a region"),
    Budget("/reports/regions/{region}/2036-Q1", MEMBER, 1, 5, 12, years=1, shows="a year’s reports"),
    Budget("/reports/regions/{region}/2036-Q1", CHAIR, 2, 5, 12, years=1, shows="a year’s reports"),
    Budget("/invitations", OFFICER, 1, 0, 1),
    Budget("/inbox", OFFICER, 1, 20, 7, years=18, shows="mails that wait"),
    Budget("/inbox/{message}", OFFICER, 3, 1, 1),
    Budget("/closures", OFFICER, 1, 0, 1),
    Budget("/holds", OFFICER, 2, 0, 1),
    Budget("/texts", OFFICER, 1, 0, 1),
    Budget("/answer/{answer_link}", NOBODY, 2, 5, 2),
    Budget("/pack/{pack_link}", NOBODY, 5, 24, 6,
           counts=24, shows="what a facilitator needs of a meeting, its actions and its people"),
    Budget("/poll/{poll_link}", NOBODY, 2, 4, 2),
    Budget("/pause/{pause_link}", NOBODY, 2, 2, 1),
    Budget("/meetings/{first}/facilitator", OFFICER, 1, 1, 1),
    Budget("/communities/{region}/chairs", CHAIR, 2, 2, 2, each_member=1, shows=CHOICE),
    Budget("/members/search?name=giolla", OFFICER, 3, 10041, 2060, years=57, members=9900, shows=SEARCH),
    Budget("a quarter’s report", CLOCK, 26, 10083, 2880,
           years=57, members=9845, shows="the members whom it counts; three reads a region, and eight"),
)  # fmt: skip
