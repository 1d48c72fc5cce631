"""What each page may read: the one table of calls to DynamoDB, items, their bytes, and calls of KMS.

`tests/functional/test_read_budgets.py` counts and compares; `make bench` prints it with what was counted.
"""

from dataclasses import dataclass

MEMBER, CHAIR, OFFICER, NOBODY, CLOCK = "member", "co-chair", "office", "nobody", "clock"
MOST_CALLS = 3  # of a page


@dataclass(frozen=True)
class Budget:
    """The most that a page reads, whatever the history and however many members there are.

    `each_member` is how many items more it reads of every active member of the region, because it offers
    them to choose from. `years` and `members` are how many items more it may read after ten years than
    after one, and at 10,000 members than at 155; `shows` says of what it shows more.
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
    shows: str = ""

    def most_items(self, active: int) -> int:
        """Where the region has so many active members."""
        return self.items + self.each_member * active

    def most_kilobytes(self, active: int) -> float:
        return self.kilobytes + self.each_member * active * _MEMBER


_MEMBER = 0.4  # kilobytes of one

BUDGETS = (
    Budget("/me", OFFICER, 2, 1, 1),
    Budget("/me", MEMBER, 3, 13, 3),
    Budget("/communities/{region}", MEMBER, 3, 112, 26, members=50, shows="50 people a page"),
    Budget("/communities/{region}", CHAIR, 3, 112, 26, members=50, shows="50 people a page"),
    Budget(
        "/communities/{region}/meetings", MEMBER, 2, 15, 5, years=8, shows="the last dozen meetings"
    ),
    Budget("/communities/{region}/meetings/new", CHAIR, 1, 1, 2),
    Budget("/communities/{region}/actions", MEMBER, 2, 15, 4),
    Budget("/communities/{region}/actions/{action}/carry", MEMBER, 1, 1, 1),
    Budget(
        "/communities/{region}/actions/{action}/edit",
        CHAIR,
        2,
        41,
        10,
        each_member=1,
        years=36,
        shows="members to choose from, beside whom those who left lie",
    ),
    Budget("/communities/{region}/polls", MEMBER, 1, 3, 1),
    Budget("/polls/{poll}", MEMBER, 2, 26, 3),
    Budget(
        "/polls/{poll}",
        CHAIR,
        3,
        130,
        20,
        members=40,
        shows="names in a community of at most 100",
    ),
    Budget("/polls/{poll}/pick", CHAIR, 3, 24, 3),
    Budget("/communities/{region}/polls/new", CHAIR, 1, 1, 2),
    Budget("/communities/{region}/surveys", MEMBER, 1, 21, 7, years=12, shows="20 surveys"),
    Budget(
        "/communities/{region}/surveys/{survey}",
        MEMBER,
        3,
        9,
        30,
        years=4,
        shows="runs before, at most four",
    ),
    Budget(
        "/communities/{region}/surveys/{survey}/over-time",
        MEMBER,
        2,
        9,
        30,
        years=4,
        shows="runs before, at most four",
    ),
    Budget(
        "/communities/{region}/surveys/{survey}/over-time.svg",
        MEMBER,
        2,
        9,
        30,
        years=4,
        shows="runs before, at most four",
    ),
    Budget(
        "/communities/{region}/surveys/{survey}/wheel.svg",
        MEMBER,
        2,
        9,
        30,
        years=4,
        shows="runs before, at most four",
    ),
    Budget("/communities/{region}/surveys/{survey}/said/new", CHAIR, 1, 2, 4),
    Budget("/communities/{region}/surveys/{survey}/said/{entry}/edit", CHAIR, 1, 2, 4),
    Budget("/communities/{region}/surveys/{survey}/said/{entry}/remove", CHAIR, 1, 2, 4),
    Budget("/communities/{region}/questionnaires", CHAIR, 2, 1, 1),
    Budget("/communities/{region}/questionnaires/new", CHAIR, 2, 1, 1),
    Budget("/communities/{region}/year/{year}", MEMBER, 2, 10, 4),
    Budget("/meetings/{closed}", MEMBER, 2, 4, 3),
    Budget("/meetings/{closed}/record", MEMBER, 3, 15, 4),
    Budget("/meetings/{closed}/record", CHAIR, 3, 25, 8),
    Budget("/meetings/{meeting}/agenda", CHAIR, 3, 40, 7),
    Budget(
        "/meetings/{meeting}/agenda/issue",
        CHAIR,
        3,
        46,
        7,
        members=8,
        shows="how many members there are, from as many as eight counts",
    ),
    Budget("/meetings/{meeting}", MEMBER, 2, 26, 3),
    Budget(
        "/meetings/{meeting}",
        CHAIR,
        3,
        205,
        50,
        members=130,
        shows="who answered, while they are few, and what one in twenty asked to have arranged",
    ),
    Budget("/meetings/{national}", MEMBER, 2, 20, 2),
    Budget(
        "/meetings/{national}",
        OFFICER,
        8,
        1060,
        260,
        years=12,
        members=1030,
        shows="what one in twenty of all members asked to have arranged",
    ),
    Budget("/meetings/{meeting}/answers", CHAIR, 3, 155, 32, members=80, shows="50 people a page"),
    Budget(
        "/meetings/{national}/answers", OFFICER, 3, 104, 25, members=2, shows="50 people a page"
    ),
    Budget("/meetings/{meeting}/topics", MEMBER, 2, 26, 3),
    Budget(
        "/meetings/{today}/attendance",
        CHAIR,
        3,
        70,
        16,
        each_member=2,
        years=36,
        members=16,
        shows="members and their answers, beside whom those who left lie",
    ),
    Budget("/meetings/{meeting}/calendar.ics", MEMBER, 1, 1, 1),
    Budget("/meetings/{meeting}/cancel", CHAIR, 1, 1, 1),
    Budget("/meetings/{meeting}/items/new", MEMBER, 2, 1, 1),
    Budget("/meetings/{meeting}/place", CHAIR, 1, 1, 1),
    Budget("/meetings/{meeting}/reschedule", CHAIR, 1, 1, 1),
    Budget(
        "/meetings/{today}/close",
        CHAIR,
        4,
        80,
        18,
        each_member=2,
        years=36,
        members=16,
        shows="members and their answers, beside whom those who left lie",
    ),
    Budget("/meetings/{today}/reflection", CHAIR, 1, 2, 1),
    Budget("/meetings/{today}/reflection/delete", CHAIR, 1, 2, 1),
    Budget("/meetings/{today}/reflection/description", CHAIR, 1, 2, 1, kms=1),
    Budget("/meetings/{closed}/reopen", CHAIR, 1, 3, 1),
    Budget("/meetings/unconfirmed", OFFICER, 8, 9, 3, shows="a query of each region"),
    Budget(
        "/communities/{region}/chairs",
        CHAIR,
        1,
        40,
        8,
        each_member=1,
        years=40,
        shows="all to choose from; those who left are read too",
    ),
    Budget(
        "/communities/{region}/year/{year}/new",
        CHAIR,
        3,
        50,
        12,
        each_member=1,
        years=40,
        shows="all to choose from; those who left are read too",
    ),
    Budget(
        "/communities/{region}/evaluations",
        CHAIR,
        2,
        43,
        8,
        each_member=1,
        years=40,
        shows="how many would be asked, by when each joined; those who left are read too",
    ),
    Budget("/national/meetings", MEMBER, 2, 1, 1),
    Budget("/national/meetings/new", OFFICER, 1, 0, 0),
    Budget("/national/questionnaires", OFFICER, 1, 0, 0),
    Budget("/national/surveys", OFFICER, 0, 0, 0),
    Budget("/national/surveys/cop_review", OFFICER, 2, 2, 4),
    Budget("/questionnaires/{questionnaire}", CHAIR, 1, 1, 4),
    Budget("/questionnaires/{questionnaire}/delete", CHAIR, 1, 1, 4),
    Budget("/questionnaires/{questionnaire}/lines/new", CHAIR, 1, 1, 4),
    Budget("/questionnaires/{questionnaire}/preview", CHAIR, 1, 1, 4),
    Budget("/questionnaires/{questionnaire}/words", CHAIR, 1, 1, 4),
    Budget("/reflections/new", MEMBER, 2, 6, 2),
    Budget("/reflections/new/feelings", MEMBER, 1, 1, 1),
    Budget("/reflections/{private}", CHAIR, 1, 1, 1, kms=1),
    Budget("/reflections/{private}/delete", CHAIR, 1, 1, 1, kms=1),
    Budget("/reflections/{community}", MEMBER, 2, 1, 1, kms=1),
    Budget("/reflections/{community}/versions", CHAIR, 2, 1, 1, kms=1),
    Budget("/members", OFFICER, 2, 149, 31, members=1, shows="50 people a page"),
    Budget(
        "/members?region=SW",
        OFFICER,
        2,
        109,
        29,
        years=36,
        members=74,
        shows="50 people a page, and those who left",
    ),
    Budget(
        "/members?status=inactive",
        OFFICER,
        3,
        10060,
        1817,
        years=54,
        members=9900,
        shows="what all members are searched for",
    ),
    Budget("/members/names", OFFICER, 1, 0, 0),
    Budget("/members/export", OFFICER, 0, 0, 0),
    Budget(
        "/members/{member}", OFFICER, 3, 1, 1, shows="a history by alias and, from before, by id"
    ),
    Budget("/members/{member}/deactivate", OFFICER, 1, 1, 1),
    Budget("/members/{member}/edit", OFFICER, 1, 1, 1),
    Budget("/members/{member}/move", OFFICER, 1, 1, 1),
    Budget(
        "/members/{member}/reads",
        OFFICER,
        4,
        6,
        2,
        shows="a history by alias and, from before, by id",
    ),
    Budget("/members/history", OFFICER, 2, 6, 1),
    Budget("/reports/kpi", OFFICER, 1, 28, 4, years=24, shows="the reports there are"),
    Budget("/reports/kpi/2036-Q1", OFFICER, 1, 1, 22),
    Budget("/invitations", OFFICER, 1, 0, 0),
    Budget("/inbox", OFFICER, 1, 20, 7, years=18, shows="mails that wait"),
    Budget("/inbox/{message}", OFFICER, 3, 1, 1),
    Budget("/closures", OFFICER, 1, 0, 0),
    Budget("/texts", OFFICER, 1, 0, 0),
    Budget("/answer/{answer_link}", NOBODY, 2, 5, 1),
    Budget("/poll/{poll_link}", NOBODY, 2, 4, 1),
    Budget("/pause/{pause_link}", NOBODY, 2, 2, 1),
    Budget("/me/details", MEMBER, 0, 0, 0),
    Budget("/me/mail", MEMBER, 0, 0, 0),
    Budget("/me/data", MEMBER, 0, 0, 0),
    Budget("/me/erase", MEMBER, 0, 0, 0),
    Budget("/meetings/{first}/facilitator", OFFICER, 1, 1, 1),
    Budget(
        "/members/search?name=giolla",
        OFFICER,
        3,
        10041,
        1811,
        years=54,
        members=9900,
        shows="what all members are searched for",
    ),
)
