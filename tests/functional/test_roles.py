"""Who may do what: every route of the description, asked by everyone, in one table.

Whoever is refused sends what would be taken from another, and leaves nothing behind. Who is let in by
a post is new in their role, because a post may change who they are. An earlier one may have done it
already (used the letter's link, decided on the item), so it counts as let in to hear that there is
nothing left to do: what is shown is that it is not refused as somebody else's. At least one is heard
in full, but where `UNFINISHED` says why not.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Put, Update
from comhar.meetings.agenda.repository import item_key
from comhar.membership.model import Member
from local import openapi
from tests.support import cloud as clouds
from tests.support import published_quarters
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.sample_community import (
    MESSAGE,
    OFFICE,
    OFFICE_MESSAGE,
    POLL,
    SIX,
    VOTES,
    WHEEL,
    SampleCommunity,
    build_community,
)

pytestmark = pytest.mark.xdist_group("roles")  # one worker makes its community once

# Each role's letter in the table, and how such a person's record differs from a confirmed member's. The
# owner is a member who wrote the reflection that the path names, proposed the item and took on the action.
ROLES: dict[str, dict[str, Any]] = {
    "visitor": {},
    "pending": {"status": "pending", "confirmed": False},
    "left": {"status": "left"},
    "inactive": {"status": "inactive"},
    "erasing": {"status": "erasing"},
    "member": {"confirmed": False},
    "confirmed": {},
    "elsewhere": {"region": "MW"},
    "chair": {"chair_of": ("SW",)},
    "chair elsewhere": {"region": "MW", "chair_of": ("MW",)},
    "office": {},
    "owner": {},
}

# In the order of ROLES, the owner only where being it matters: `o` is let in, `-` is asked to sign in,
# `x` hears that it is not theirs to do, or that there is no such thing.
TABLE = """
GET  /                                            ooooooooooo
GET  /.well-known/security.txt                     ooooooooooo
GET  /about                                       ooooooooooo
GET  /accessibility                               ooooooooooo
GET  /answer/{token}                              ooooooooooo
GET  /answer/{token}/calendar.ics                 ooooooooooo
GET  /closures                                    -xxx-xxxxxo
GET  /communities                                 -xxx-xxxxxo
GET  /communities/{region}                        -xxx-ooxoxo
GET  /communities/{region}/members                -xxx-ooxoxo
GET  /communities/{region}/start                  -xxx-ooxoxo
GET  /communities/{region}/phases                 -xxx-ooxoxo
GET  /communities/{region}/actions                -xxx-ooxoxo
GET  /communities/{region}/actions/{action}/carry -xxx-xxxoxo o
GET  /communities/{region}/actions/{action}/edit  -xxx-xxxoxo
GET  /communities/{region}/actions/new            -xxx-xxxoxo
GET  /communities/{region}/chairs                 -xxx-xxxoxo
GET  /communities/{region}/chairs/step-down       -xxx-xxxoxx
GET  /communities/{region}/close                  -xxx-xxxxxo
GET  /communities/{region}/handover               -xxx-xxxoxo
GET  /communities/{region}/leadership             -xxx-ooxoxo
GET  /communities/{region}/nominations            -xxx-ooxoxo
GET  /communities/{region}/meetings               -xxx-ooxoxo
GET  /communities/{region}/meetings/new           -xxx-xxxoxo
GET  /communities/{region}/messages               -xxx-xxxoxo
GET  /communities/{region}/messages/new           -xxx-xxxoxo
GET  /communities/{region}/polls                  -xxx-ooxoxo
GET  /communities/{region}/polls/new              -xxx-xxxoxo
GET  /communities/{region}/terms                  -xxx-ooxoxo
GET  /communities/{region}/terms/edit             -xxx-xoxoxx
GET  /communities/{region}/terms/print            -xxx-ooxoxo
GET  /communities/{region}/terms/versions         -xxx-ooxoxo
GET  /communities/{region}/terms/versions/{number} -xxx-ooxoxo
GET  /communities/{region}/wheel                  -xxx-ooxoxo
GET  /communities/{region}/wheel.svg              -xxx-xoxoxx
GET  /communities/{region}/vision                 -xxx-ooxoxo
GET  /communities/{region}/vision/actions/new     -xxx-xxxoxo
GET  /communities/{region}/vision/edit            -xxx-xoxoxx
GET  /communities/{region}/vision/print           -xxx-ooxoxo
GET  /communities/{region}/vision/remove          -xxx-xoxoxx
GET  /communities/{region}/vision/versions        -xxx-ooxoxo
GET  /communities/{region}/vision/versions/{number} -xxx-ooxoxo
GET  /communities/{region}/year/{year}            -xxx-ooxoxo
GET  /communities/{region}/year/{year}/new        -xxx-xxxoxo
GET  /communities/{region}/surveys                -xxx-xoxoxo
GET  /communities/{region}/surveys/{id}           -xxx-xoxoxo
GET  /communities/{region}/surveys/{id}/cancel    -xxx-xxxoxo
GET  /communities/{region}/surveys/{id}/over-time -xxx-xoxoxo
GET  /communities/{region}/surveys/{id}/over-time.svg -xxx-xoxoxo
GET  /communities/{region}/surveys/{id}/wheel.svg -xxx-xoxoxo
GET  /communities/{region}/surveys/{id}/said/new  -xxx-xxxoxo
GET  /communities/{region}/surveys/{id}/said/{entry}/edit   -xxx-xxxoxo
GET  /communities/{region}/surveys/{id}/said/{entry}/remove -xxx-xxxoxo
GET  /communities/{region}/evaluations            -xxx-xxxoxo
GET  /communities/{region}/questionnaires         -xxx-xxxoxo
GET  /communities/{region}/questionnaires/new     -xxx-xxxoxo
GET  /communities/{region}/questionnaires/{key}/start -xxx-xxxoxo
GET  /erase/{token}                               ooooooooooo
GET  /health                                      ooooooooooo
GET  /help                                        ooooooooooo
GET  /holds                                       -xxx-xxxxxo
GET  /holds/{kind}/{thing}                        -xxx-xxxxxo
GET  /inbox                                       -xxx-xxxxxo
GET  /inbox/{message}                             -xxx-xxxxxo
GET  /inbox/{message}/attachments/{number}        -xxx-xxxxxo
GET  /invitations                                 -xxx-xxxxxo
GET  /invitations/lists/{list_id}                 -xxx-xxxxxo
GET  /invitations/{invitation}/withdraw           -xxx-xxxxxo
GET  /join                                        ooooooooooo
GET  /join/sent                                   ooooooooooo
GET  /keep/{token}                                ooooooooooo
GET  /me                                          -ooo-oooooo
GET  /me/address                                  -ooo-oooooo
GET  /me/address/sent                             -ooo-oooooo
GET  /me/address/{token}                          ooooooooooo
GET  /me/away                                     -ooo-oooooo
GET  /me/data                                     -ooo-oooooo
GET  /me/data.json                                -ooo-oooooo
GET  /me/data.xlsx                                -ooo-oooooo
GET  /me/details                                  -ooo-oooooo
GET  /me/details/edit                             -ooo-oooooo
GET  /me/devices                                  -ooo-oooooo
GET  /me/erase                                    -ooo-ooooox
GET  /me/leave                                    -ooo-oooooo
GET  /me/mail                                     -ooo-oooooo
GET  /me/peers                                    -xxx-xoooox
GET  /me/peers/{person}/message                   -xxx-xxxxxx
GET  /me/region                                   -ooo-oooooo
GET  /me/rejoin                                   -ooo-oooooo
GET  /me/waiting                                  -ooo-oooooo
GET  /me/year                                     -ooo-oooooo
GET  /meetings                                    -xxx-xxxxxo
GET  /meetings/unconfirmed                        -xxx-xxxxxo
GET  /meetings/{id}                               -xxx-ooxoxo
GET  /meetings/{id}/agenda                        -xxx-xxxoxo
GET  /meetings/{id}/agenda/email                  -xxx-xxxoxo
GET  /meetings/{id}/agenda/issue                  -xxx-xxxoxo
GET  /meetings/{id}/agenda/letter                 -xxx-xxxoxo
GET  /meetings/{id}/agenda/preview                -xxx-xxxoxo
GET  /meetings/{id}/agenda/print                  -xxx-xxxoxo
GET  /meetings/{id}/answers                       -xxx-xxxoxo
GET  /meetings/{id}/calendar.ics                  -xxx-ooxoxo
GET  /meetings/{id}/cancel                        -xxx-xxxoxo
GET  /meetings/{id}/close                         -xxx-xxxoxo
GET  /meetings/{id}/facilitator                   -xxx-xxxxxo
GET  /meetings/{id}/items/new                     -xxx-ooxoxo
GET  /meetings/{id}/delivery                      -xxx-xxxoxo
GET  /meetings/{id}/items/{item}/edit             -xxx-xxxxxx o
GET  /meetings/{id}/items/{item}/file             -xxx-xxxoxo o
GET  /meetings/{id}/items/{item}/file/new         -xxx-xxxxxx o
GET  /meetings/{id}/items/{item}/withdraw         -xxx-xxxxxx o
GET  /meetings/{id}/items/{item}/decline          -xxx-xxxoxo
GET  /meetings/{id}/lead                          -xxx-xxxoxo
GET  /meetings/{id}/place                         -xxx-xxxoxo
GET  /meetings/{id}/reschedule                    -xxx-xxxoxo
GET  /meetings/{id}/attendance                    -xxx-xxxoxo
GET  /meetings/{id}/attendance/correct            -xxx-xxxxxo
GET  /meetings/{id}/notes/{line}                  -xxx-xxxoxo
GET  /meetings/{id}/record                        -xxx-ooxoxo
GET  /meetings/{id}/reflection                    -xxx-xoxoxx
GET  /meetings/{id}/reflection/delete             -xxx-xxxoxx
GET  /meetings/{id}/reflection/share              -xxx-xxxoxx
GET  /meetings/{id}/reflection/{step}             -xxx-xxxoxx
GET  /meetings/{id}/reopen                        -xxx-xxxoxo
GET  /meetings/{id}/run                           -xxx-xxxoxo
GET  /meetings/{id}/scribe                        -xxx-xxxoxo
GET  /meetings/{id}/wheel                         -xxx-xxxoxx
GET  /meetings/{id}/wheel/remove                  -xxx-xxxoxx
GET  /meetings/{id}/statement                     -xxx-ooxoxx
GET  /meetings/{id}/statements/new                -xxx-xxxoxo
GET  /meetings/{id}/topics                        -xxx-ooxoxo
GET  /members                                     -xxx-xxxxxo
GET  /members/export                              -xxx-xxxxxo
GET  /members/export.schema.json                  -xxx-xxxxxo
GET  /members/history                             -xxx-xxxxxo
GET  /members/new                                 -xxx-xxxxxo
GET  /members/confirm                             -xxx-xxxooo
GET  /members/names                               -xxx-xxxxxo
GET  /members/{id}                                -xxx-xxxoxo
GET  /members/{id}/away                           -xxx-xxxxxo
GET  /members/{id}/emails                         -xxx-xxxxxo
GET  /members/{id}/deactivate                     -xxx-xxxxxo
GET  /members/{id}/edit                           -xxx-xxxxxo
GET  /members/{id}/move                           -xxx-xxxxxo
GET  /members/{id}/reads                          -xxx-xxxxxo
GET  /messages/{id}                               -xxx-xxxoxo
GET  /national/meetings                           -xxx-oooooo
GET  /national/messages                           -xxx-xxxxxo
GET  /national/messages/new                       -xxx-xxxxxo
GET  /national/meetings/new                       -xxx-xxxxxo
GET  /national/questionnaires                     -xxx-xxxxxo
GET  /national/questionnaires/new                 -xxx-xxxxxo
GET  /national/questionnaires/{key}/start         -xxx-xxxxxo
GET  /national/surveys                            -xxx-xxxxxo
GET  /national/surveys/{kind}                     -xxx-xxxxxo
GET  /not-me/{token}                              ooooooooooo
GET  /openapi.json                                ooooooooooo
GET  /pack/{token}                                ooooooooooo
GET  /pause/{token}                               ooooooooooo
GET  /poll/{token}                                ooooooooooo
GET  /polls/{id}                                  -xxx-ooxoxo
GET  /polls/{id}/end                              -xxx-xxxoxo
GET  /polls/{id}/pick                             -xxx-xxxoxo
GET  /principles                                  ooooooooooo
GET  /first-day                                   ooooooooooo
GET  /first-day/co-chair                          ooooooooooo
GET  /first-day/office                            ooooooooooo
GET  /privacy                                     ooooooooooo
GET  /questionnaires/built-in/{key}               -xxx-oooooo
GET  /questionnaires/{id}                         -xxx-xxxoxo
GET  /questionnaires/{id}/delete                  -xxx-xxxoxo
GET  /questionnaires/{id}/lines/new               -xxx-xxxoxo
GET  /questionnaires/{id}/lines/{line}            -xxx-xxxoxo
GET  /questionnaires/{id}/preview                 -xxx-xxxoxo
GET  /questionnaires/{id}/versions/{number}       -xxx-xxxoxo
GET  /questionnaires/{id}/words                   -xxx-xxxoxo
GET  /reflections                                 -ooo-oooooo
GET  /reflections/new                             -xxx-ooooox
GET  /reflections/print                           -ooo-oooooo
GET  /reflections/new/review                      -xxx-ooooox
GET  /reflections/new/{step}                      -xxx-ooooox
GET  /reflections/{id}                            -xxx-xxxxxx o
GET  /reflections/{id}/delete                     -xxx-xxxxxx o
GET  /reflections/{id}/versions                   -xxx-xxxxxx o
GET  /reply/{token}                               ooooooooooo
GET  /reports/kpi                                 -xxx-xxxxxo
GET  /reports/kpi/{quarter}                       -xxx-xxxxxo
GET  /reports/kpi/{quarter}/publish               -xxx-xxxxxo
GET  /reports/kpi/{quarter}/reasons               -xxx-xxxxxo
GET  /reports/kpi/{quarter}/regions/{region}      -xxx-xxxxxo
GET  /reports/kpi/{quarter}/regions/{region}/{kpi} -xxx-xxxxxo
GET  /reports/kpi/{quarter}/readiness             -xxx-xxxxxo
GET  /reports/kpi/{quarter}/print                 -xxx-xxxxxo
GET  /reports/dates                               -xxx-xxxxxo
GET  /reports/figures                              -ooo-oooooo
GET  /reports/figures/{kpi}                        -ooo-oooooo
GET  /reports/metrics                             -xxx-xxxxxo
GET  /reports/regions/{region}                    -xxx-xoxoxo
GET  /reports/regions/{region}/{quarter}          -xxx-xoxoxo
GET  /retention                                   ooooooooooo
GET  /roles                                       ooooooooooo
GET  /sign-in                                     ooooooooooo
GET  /sign-in/sent                                ooooooooooo
GET  /sign-in/{token}                             ooooooooooo
GET  /sign-up/{token}                             ooooooooooo
GET  /surveys/thanks                              ooooooooooo
GET  /surveys/{token}                             ooooooooooo
GET  /texts                                       -xxx-xxxxxo
GET  /texts/{text}                                -xxx-xxxxxo
POST /answer/{token}                              ooooooooooo
POST /closures                                    -xxx-xxxxxo
POST /closures/{day}/remove                       -xxx-xxxxxo
POST /communities/{region}/actions/{action}/done  -xxx-xxxoxo o
POST /communities/{region}/actions/{action}/undo  -xxx-xxxoxo o
POST /communities/{region}/actions/{action}/carry -xxx-xxxoxo o
POST /communities/{region}/actions/{action}/edit  -xxx-xxxoxo
POST /communities/{region}/actions                -xxx-xxxoxo
POST /communities/{region}/chairs                 -xxx-xxxoxo
POST /communities/{region}/chairs/check           -xxx-xxxoxo
POST /communities/{region}/chairs/step-down       -xxx-xxxoxx
POST /communities/{region}/phase                  -xxx-xxxoxo
POST /communities/{region}/rest                   -xxx-xxxoxo
POST /communities/{region}/rest/end               -xxx-xxxoxo
POST /communities/{region}/close                  -xxx-xxxxxo
POST /communities/{region}/reopen                 -xxx-xxxxxo
POST /communities/{region}/leadership/turn        -xxx-xoxoxx
POST /communities/{region}/nominations            -xxx-xoxoxx
POST /communities/{region}/nominations/accept     -xxx-xoxoxx
POST /communities/{region}/nominations/decline    -xxx-xoxoxx
POST /communities/{region}/nominations/withdraw   -xxx-xoxoxx
POST /communities/{region}/meetings               -xxx-xxxoxo
POST /communities/{region}/messages               -xxx-xxxoxo
POST /communities/{region}/messages/check         -xxx-xxxoxo
POST /communities/{region}/polls                  -xxx-xxxoxo
POST /communities/{region}/polls/check            -xxx-xxxoxo
POST /communities/{region}/evaluations            -xxx-xxxoxo
POST /communities/{region}/evaluations/{kind}     -xxx-xxxoxo
POST /communities/{region}/questionnaires         -xxx-xxxoxo
POST /communities/{region}/questionnaires/{key}/start -xxx-xxxoxo
POST /communities/{region}/members                -xxx-ooxoxo
POST /communities/{region}/starter                -xxx-ooxoxx
POST /communities/{region}/starter/release        -xxx-xxxxxo
POST /communities/{region}/terms/sign             -xxx-xxxoxo
POST /communities/{region}/terms                  -xxx-xoxoxx
POST /communities/{region}/terms/submit           -xxx-xxxoxx
POST /communities/{region}/vision                 -xxx-xoxoxx
POST /communities/{region}/vision/actions         -xxx-xxxoxo
POST /communities/{region}/vision/agree           -xxx-xoxoxx
POST /communities/{region}/vision/ask             -xxx-xoxoxx
POST /communities/{region}/year/{year}            -xxx-xxxoxo
POST /communities/{region}/year/{year}/check      -xxx-xxxoxo
POST /communities/{region}/surveys/{id}/cancel    -xxx-xxxoxo
POST /communities/{region}/surveys/{id}/said      -xxx-xxxoxo
POST /communities/{region}/surveys/{id}/said/{entry}/edit   -xxx-xxxoxo
POST /communities/{region}/surveys/{id}/said/{entry}/remove -xxx-xxxoxo
POST /erase/{token}                               ooooooooooo
POST /holds/{kind}/{thing}                        -xxx-xxxxxo
POST /holds/{kind}/{thing}/lift                   -xxx-xxxxxo
POST /inbox/{message}/done                        -xxx-xxxxxo
POST /inbox/{message}/invite                      -xxx-xxxxxo
POST /inbox/{message}/pass-on                     -xxx-xxxxxo
POST /inbox/{message}/reopen                      -xxx-xxxxxo
POST /invitations                                 -xxx-xxxxxo
POST /invitations/lists                           -xxx-xxxxxo
POST /invitations/{invitation}/again              -xxx-xxxxxo
POST /invitations/{invitation}/withdraw           -xxx-xxxxxo
POST /join                                        ooooooooooo
POST /keep/{token}                                ooooooooooo
POST /me/address                                  -ooo-oooooo
POST /me/address/{token}                          -ooo-oooooo
POST /me/away                                     -ooo-oooooo
POST /me/details/edit                             -ooo-oooooo
POST /me/details/name/withdraw                    -ooo-oooooo
POST /me/erase                                    -ooo-ooooox
POST /me/leave                                    -ooo-oooooo
POST /me/mail                                     -ooo-oooooo
POST /me/peers                                    -xxx-xoooox
POST /me/peers/{person}/message                   -xxx-xxxxxx
POST /me/region                                   -ooo-oooooo
POST /me/rejoin                                   -ooo-oooooo
POST /members                                     -xxx-xxxxxo
POST /members/export                              -xxx-xxxxxo
POST /members/export/code                         -xxx-xxxxxo
POST /members/bulk                                -xxx-xxxooo
POST /members/search                              -xxx-xxxxxo
POST /messages/{id}/cancel                        -xxx-xxxoxo
POST /messages/{id}/release                       -xxx-xxxxxo
POST /national/meetings                           -xxx-xxxxxo
POST /national/messages                           -xxx-xxxxxo
POST /national/messages/check                     -xxx-xxxxxo
POST /national/questionnaires                     -xxx-xxxxxo
POST /national/questionnaires/{key}/start         -xxx-xxxxxo
POST /not-me/{token}                              ooooooooooo
POST /pause/{token}                               ooooooooooo
POST /poll/{token}                                ooooooooooo
POST /polls/{id}/vote                             -xxx-ooxoxx
POST /polls/{id}/remind                           -xxx-xxxoxo
POST /polls/{id}/pick                             -xxx-xxxoxo
POST /polls/{id}/end                              -xxx-xxxoxo
POST /questionnaires/{id}/words                   -xxx-xxxoxo
POST /questionnaires/{id}/arrange                 -xxx-xxxoxo
POST /questionnaires/{id}/lines                   -xxx-xxxoxo
POST /questionnaires/{id}/lines/{line}            -xxx-xxxoxo
POST /questionnaires/{id}/delete                  -xxx-xxxoxo
POST /reflections                                 -xxx-ooooox
POST /reflections/new                             -xxx-ooooox
POST /reflections/search                          -xxx-xoooox
POST /reflections/new/discard                     -xxx-oooooo
POST /reflections/new/review                      -xxx-ooooox
POST /reflections/new/{step}                      -xxx-ooooox
POST /reply/{token}                               ooooooooooo
POST /reports/kpi/{quarter}/publish               -xxx-xxxxxo
POST /reports/kpi/{quarter}/readiness             -xxx-xxxxxo
POST /reports/metrics                             -xxx-xxxxxo
POST /reports/kpi/{quarter}/reasons               -xxx-xxxxxo
POST /sign-in                                     ooooooooooo
POST /sign-in/code                                ooooooooooo
POST /sign-in/{token}                             ooooooooooo
POST /sign-out                                    ooooooooooo
POST /surveys/{token}                             ooooooooooo
POST /texts/{text}                                -xxx-xxxxxo
POST /sign-up/{token}                             ooooooooooo
POST /invitations/lists/{list_id}/send            -xxx-xxxxxo
POST /invitations/lists/{list_id}/discard         -xxx-xxxxxo
POST /members/{id}/edit                           -xxx-xxxxxo
POST /members/{id}/away                           -xxx-xxxxxo
POST /members/{id}/emails                         -xxx-xxxxxo
POST /members/{id}/link                           -xxx-xxxxxo
POST /members/{id}/confirm                        -xxx-xxxoxo
POST /members/{id}/unknown                        -xxx-xxxoxx
POST /members/{id}/admit                          -xxx-xxxxxo
POST /members/{id}/decline                        -xxx-xxxxxo
POST /members/{id}/deactivate                     -xxx-xxxxxo
POST /members/{id}/reactivate                     -xxx-xxxxxo
POST /members/{id}/name                           -xxx-xxxxxo
POST /members/{id}/move                           -xxx-xxxxxo
POST /meetings/{id}/items                         -xxx-ooxoxo
POST /meetings/{id}/answer                        -xxx-ooxoxx
POST /meetings/{id}/needs                         -xxx-ooxoxx
POST /meetings/{id}/agenda                        -xxx-xxxoxo
POST /meetings/{id}/agenda/hold                   -xxx-xxxoxo
POST /meetings/{id}/agenda/release                -xxx-xxxoxo
POST /meetings/{id}/agenda/issue                  -xxx-xxxoxo
POST /meetings/{id}/agenda/undo                   -xxx-xxxoxo
POST /meetings/{id}/items/{item}/edit             -xxx-xxxxxx o
POST /meetings/{id}/items/{item}/file             -xxx-xxxxxx o
POST /meetings/{id}/items/{item}/file/remove      -xxx-xxxxxx o
POST /meetings/{id}/items/{item}/accept           -xxx-xxxoxo x
POST /meetings/{id}/items/{item}/decline          -xxx-xxxoxo x
POST /meetings/{id}/items/{item}/reopen           -xxx-xxxoxo x
POST /meetings/{id}/items/{item}/withdraw         -xxx-xxxxxx o
POST /meetings/{id}/answers/{member}              -xxx-xxxoxo
POST /meetings/{id}/facilitator                   -xxx-xxxxxo
POST /meetings/{id}/facilitator/agreed            -xxx-xxxxxo
POST /meetings/{id}/lead                          -xxx-xxxoxo
POST /meetings/{id}/place                         -xxx-xxxoxo
POST /meetings/{id}/attendance                    -xxx-xxxoxo
POST /meetings/{id}/attendance/correct            -xxx-xxxxxo
POST /meetings/{id}/notes/{line}                  -xxx-xxxoxo
POST /meetings/{id}/scribe                        -xxx-xxxoxo
POST /meetings/{id}/statement                     -xxx-ooxoxx
POST /meetings/{id}/statements                    -xxx-xxxoxo
POST /meetings/{id}/topics                        -xxx-ooxoxx
POST /meetings/{id}/ideas                         -xxx-ooxoxo
POST /meetings/{id}/ideas/{idea}/withdraw         -xxx-xxxoxo
POST /meetings/{id}/reflection/{step}             -xxx-xxxoxx
POST /meetings/{id}/reflection/share              -xxx-xxxoxx
POST /meetings/{id}/reflection/delete             -xxx-xxxoxx
POST /meetings/{id}/wheel                         -xxx-xxxoxx
POST /meetings/{id}/wheel/remove                  -xxx-xxxoxx
POST /meetings/{id}/reopen                        -xxx-xxxoxo
POST /meetings/{id}/reschedule                    -xxx-xxxoxo
POST /meetings/{id}/close                         -xxx-xxxoxo
POST /meetings/{id}/cancel                        -xxx-xxxoxo
POST /reflections/{id}/additions                  -xxx-xoxoxx
POST /reflections/{id}/additions/{addition}/withdraw -xxx-xxxxxx o
POST /reflections/{id}/change                     -xxx-xxxxxx o
POST /reflections/{id}/withdraw                   -xxx-xxxxxx o
POST /reflections/{id}/delete                     -xxx-xxxxxx o
POST /me/devices/{device}/sign-out                -xxx-xxxxxx
POST /me/devices/sign-out                         -ooo-oooooo
"""
EXPECTED = {
    (method, path): dict(zip(ROLES, [*signs, *owner], strict=False))
    for method, path, signs, *owner in (line.split() for line in TABLE.strip().splitlines())
}
REFUSED = {"-": {401}, "x": {403, 404}}
LET_IN = {"GET": {200, 409}, "POST": {200, 201, 202, 409, 410, 422}}
UNFINISHED = {
    ("POST", "/me/address/{token}"),  # somebody else asked for that link
    ("GET", "/me/peers/{person}/message"),  # they let nobody find them
    ("POST", "/me/peers/{person}/message"),
    ("POST", "/me/devices/{device}/sign-out"),  # it is somebody else’s
    ("GET", "/reflections/new/review"),  # nobody has written all six steps
    ("POST", "/reflections/new/review"),
    ("POST", "/meetings/{id}/reflection/share"),
    ("POST", "/sign-in/code"),  # which stands in a letter
    ("POST", "/members/export"),
    ("POST", "/communities/{region}/starter"),  # it is led already
    ("POST", "/communities/{region}/nominations/accept"),  # nobody asks them
    ("POST", "/communities/{region}/nominations/decline"),
    ("POST", "/communities/{region}/nominations/withdraw"),  # nor they anybody
    ("POST", "/invitations/lists/{list_id}/discard"),  # it was sent a moment ago
    ("POST", "/members/{id}/unknown"),  # the member is confirmed by then
    ("POST", "/members/{id}/admit"),  # the member is active
    ("POST", "/members/{id}/decline"),
    ("POST", "/members/{id}/name"),  # no change of name waits
    ("POST", "/meetings/{id}/agenda/undo"),  # it went out a moment ago
    ("POST", "/meetings/{id}/items/{item}/decline"),  # it was accepted a moment ago
    ("POST", "/meetings/{id}/close"),  # it has not begun
    ("POST", "/communities/{region}/actions/{action}/edit"),  # it was changed a moment ago
    ("GET", "/meetings/{id}/facilitator"),  # it is no first meeting
    ("POST", "/meetings/{id}/facilitator"),
    ("POST", "/communities/{region}/rest/end"),  # it does not rest
    ("POST", "/communities/{region}/close"),  # it has meetings to come
    ("POST", "/communities/{region}/reopen"),  # it is open
    ("POST", "/meetings/{id}/facilitator/agreed"),
    ("POST", "/reflections/{id}/withdraw"),  # it is private
    ("GET", "/communities/{region}/surveys/{id}/wheel.svg"),  # it asked for no facets
    ("POST", "/communities/{region}/terms/submit"),  # nobody was named as co-chair
    ("POST", "/communities/{region}/terms/sign"),  # they do not wait for signatures
    ("POST", "/polls/{id}/end"),  # a date was picked a moment ago
    ("POST", "/inbox/{message}/pass-on"),  # it answers no message
    ("POST", "/holds/{kind}/{thing}/lift"),  # there is none
    ("POST", "/messages/{id}/cancel"),  # it went out
    ("POST", "/messages/{id}/release"),  # it was to few
    ("POST", "/reports/kpi/{quarter}/readiness"),  # there are no co-chairs to ask
}
OPEN = {"opens_on": "2027-02-01", "closes_on": "2027-02-15"}
BODIES = {
    "/answer/{token}": {"answer": "yes"},
    "/holds/{kind}/{thing}": {"reason": "A complaint", "until": "2027-06-30"},
    "/closures": {"day": "2027-03-25", "note": "Stocktaking"},
    "/communities/{region}/chairs": {"members": ["person0", "person1"]},
    "/communities/{region}/leadership/turn": {"offered": True},
    "/communities/{region}/members": {"name": "educator"},
    "/communities/{region}/nominations": {"member": "person2"},
    "/communities/{region}/chairs/check": {"members": ["person0", "person1"]},
    "/communities/{region}/meetings": {
        "kind": "quarterly", "starts_at": "2027-03-01T10:00", "mode": "online",
    },
    "/communities/{region}/messages": MESSAGE,
    "/communities/{region}/messages/check": MESSAGE,
    "/communities/{region}/polls": POLL,
    "/communities/{region}/terms": {"sections": {"aim": "We meet."}, "revision": 1},
    "/communities/{region}/terms/sign": {"name": "Ann", "title": "Peer Educator"},
    "/communities/{region}/vision": {"purpose": "We meet.", "revision": 1, "part": "about"},
    "/communities/{region}/vision/actions": {
        "objective": "1", "what": "Make tea", "who": "person0", "by": "2027-03-01",
    },
    "/communities/{region}/polls/check": POLL,
    "/communities/{region}/year/{year}": {"mode": "online", "q4": {"starts_at": "2027-11-02T10:00"}},
    "/communities/{region}/year/{year}/check": {
        "mode": "online", "q3": {"starts_at": "2027-08-10T10:00"},
    },
    "/communities/{region}/surveys/{id}/said": {"said": "More time"},
    "/communities/{region}/surveys/{id}/said/{entry}/edit": {"said": "Less", "revision": 1},
    "/poll/{token}": VOTES,
    "/polls/{id}/end": {},
    "/polls/{id}/pick": {"option": "a", "kind": "quarterly", "mode": "online"},
    "/polls/{id}/vote": VOTES,
    "/invitations": {"emails": ["a@example.com"]},
    "/invitations/lists": {"text": "b@example.com"},
    "/join": {"email": "c@example.com"},
    "/me/address": {"email": "d@example.com"},
    "/me/away": {"until": "2027-06-01"},
    "/me/details/edit": {"revision": 0, "name": "Ann"},
    "/members/{id}/name": {"decision": "approve", "name": "Ann"},
    "/me/mail": {"paused": True},
    "/me/peers": {"findable": True},
    "/me/peers/{person}/message": {"text": "How do you begin?"},
    "/me/region": {"region": "DNE"},
    "/meetings/{id}/agenda": {"revision": 0, "minutes": {"welcome": 5}},
    "/communities/{region}/actions": {"what": "Bake", "who": "person0", "by": "2027-03-01"},
    "/communities/{region}/actions/{action}/carry": {"by": "2027-03-01"},
    "/communities/{region}/actions/{action}/edit": {
        "what": "Bake", "who": "Ann", "by": "2027-03-02", "revision": 0,
    },
    "/meetings/{id}/attendance": {"attended": ["person0"]},
    "/meetings/{id}/attendance/correct": {"attended": ["person0"], "reason": "A name was missing"},
    "/meetings/{id}/ideas": {"title": "Listening"},
    "/meetings/{id}/notes/{line}": {"text": "We talked."},
    "/meetings/{id}/reflection/share": {"revision": 1},
    "/meetings/{id}/reflection/{step}": {"text": "We talked.", "revision": 0},
    "/reflections/{id}/additions": {"text": "Ask three groups"},
    "/meetings/{id}/reopen": {"reason": "A name was missing"},
    "/meetings/{id}/wheel": WHEEL,
    "/meetings/{id}/wheel/remove": {"revision": 1},
    "/meetings/{id}/scribe": {"member": "person2"},
    "/meetings/{id}/statement": {"text": "breathing"},
    "/meetings/{id}/statements": {"member": "person2", "text": "breathing"},
    "/meetings/{id}/topics": {"topics": ["Building connections"]},
    "/meetings/{id}/answer": {"answer": "yes"},
    "/meetings/{id}/answers/{member}": {"answer": "yes"},
    "/communities/{region}/phase": {"phase": "grow"},
    "/communities/{region}/rest": {"until": "2027-06-01"},
    "/meetings/{id}/facilitator/agreed": {"agreed": ["hosting"]},
    "/meetings/{id}/facilitator": {
        "facilitator_name": "Máire", "facilitator_email": "maire@example.com",
    },
    "/meetings/{id}/place": {"mode": "online"},
    "/meetings/{id}/cancel": {"reason": "Snow"},
    "/meetings/{id}/close": {"attended": []},
    "/meetings/{id}/items": {"title": "Mine"},
    "/meetings/{id}/items/{item}/file": {"file": {"filename": "a.txt", "base64": "YQ=="}},
    "/meetings/{id}/items/{item}/decline": {"reason": "Next time"},
    "/meetings/{id}/items/{item}/edit": {"revision": 1, "title": "Mine"},
    "/meetings/{id}/needs": {"arrange": "Parking"},
    "/meetings/{id}/reschedule": {"starts_at": "2027-03-02T10:00"},
    "/members": {"email": "e@example.com", "name": "Ann", "region": "SW", "role": "peer_educator"},
    "/members/export": {"code": "123456"},
    "/members/bulk": {"members": ["nobody"], "do": "confirm"},
    "/members/search": {"name": "Ann"},
    "/reflections/search": {"words": "Ann"},
    "/members/{id}/away": {"until": None},
    "/members/{id}/emails": {"do_not_write": False},
    "/members/{id}/decline": {"reason": "Unknown"},
    "/members/{id}/deactivate": {"reason": "Moved abroad"},
    "/members/{id}/edit": {"revision": 0, "name": "Ann", "role": "peer_educator"},
    "/members/{id}/move": {"region": "MW"},
    "/national/messages": OFFICE_MESSAGE,
    "/national/messages/check": OFFICE_MESSAGE,
    "/national/meetings": {"starts_at": "2027-04-20T10:00", "mode": "hybrid"},
    "/communities/{region}/evaluations": {
        "cop_review": {"next_on": "2027-09-01", "revision": 1},
        "annual_value": {"next_on": "2028-03-01", "revision": 1},
    },
    "/communities/{region}/evaluations/{kind}": {"go_on": True},
    "/communities/{region}/questionnaires": {"title": "Tea"},
    "/communities/{region}/questionnaires/{key}/start": OPEN,
    "/national/questionnaires": {"title": "Tea"},
    "/national/questionnaires/{key}/start": OPEN | {"regions": ["SW"]},
    "/questionnaires/{id}/words": {"revision": 1, "title": "Tea"},
    "/questionnaires/{id}/arrange": {"revision": 1, "move": "learning:down"},
    "/questionnaires/{id}/lines": {"revision": 1, "kind": "yes_no", "text": "Is there tea?"},
    "/questionnaires/{id}/lines/{line}": {"revision": 1, "kind": "heading", "text": "Tea"},
    "/questionnaires/{id}/delete": {"revision": 1},
    "/reflections": {name: "We talked." for name in SIX},
    "/reflections/new": {"meeting": "none"},
    "/reflections/new/review": {"draft": "x", "visibility": "private"},
    "/reflections/new/{step}": {"text": "We talked."},
    "/reports/kpi/{quarter}/publish": {"reasons": {"SW/meetings_held": "Date moved"}},
    "/reports/kpi/{quarter}/reasons": {"reasons": {"SW/terms_approved": "Recorded late"}},
    "/reports/kpi/{quarter}/readiness": {"region": "SW", "gap": "no_meeting"},
    "/reply/{token}": {"text": "I will."},
    "/reports/metrics": {"revision": 0, "metrics": []},
    "/sign-in": {"email": "f@example.com"},
    "/sign-in/code": {"code": "123456"},
    "/sign-up/{token}": {"name": "Ann", "region": "SW", "role": "peer_educator"},
    "/surveys/{token}": {"answers": {"satisfaction": 5}},
    "/texts/{text}": {"revision": 0},
}  # fmt: skip


class RoleSessions:
    """Somebody of each role: for what changes nothing always the same, for a post somebody new."""

    def __init__(self, cloud: Cloud, owner: Member) -> None:
        self.cloud = cloud
        self.known = {role: self.new(role) for role in ROLES} | {"owner": cloud.session(owner)}

    def new(self, role: str) -> str:
        """The session of a new person."""
        if role == "visitor":
            return ""
        return self.cloud.session(
            OFFICE if role == "office" else self.cloud.member(**ROLES[role], name=role)
        )

    def ask(self, role: str, method: str, path: str, community: SampleCommunity) -> GatewayResponse:
        """Sends what is well formed."""
        changes = EXPECTED[method, path][role] == "o" and method == "POST" and role != "owner"
        bearer = self.new(role) if changes else self.known[role]
        body = BODIES.get(path) if method == "POST" else None
        return self.cloud.call(method, community.path(path), body, bearer=bearer)


@pytest.fixture(scope="module")
def community() -> Iterator[SampleCommunity]:
    with clouds.open_cloud() as cloud:
        yield build_community(cloud)


@pytest.fixture(scope="module")
def people(community: SampleCommunity) -> RoleSessions:
    """One of each role, and what the owner owns, an open invitation, a list to invite, a report."""
    cloud = community.cloud
    since = {"from": "2026-11-02", "until": None, "region": "SW"}
    owner = cloud.member(joined_on="2026-11-02", periods=(since,))
    private = {name: "We talked." for name in SIX}
    written = cloud.call("POST", "/reflections", private, bearer=cloud.session(owner)).json["id"]
    action = wiring.table().query("REGION#SW", "ACTION#").items[0]
    wiring.table().transact([Put(action | {"member": owner.id})])
    proposed = item_key(community.addresses["/meetings/id"], community.addresses["item"])
    wiring.table().transact([Update(proposed, set={"by": owner.id})])
    plan = community.path("/reflections/{id}/additions")
    own = cloud.call("POST", plan, {"text": "Mine"}, bearer=cloud.session(owner)).json["id"]
    openapi.load("kpi_export").handler({}, None)
    office = {"bearer": community.office}
    cloud.call("POST", "/invitations", {"emails": ["open@example.com"]}, **office)
    opened = cloud.call("GET", "/invitations", **office).json["invitations"]
    checked = cloud.call("POST", "/invitations/lists", {"text": "g@example.com"}, **office).json
    community.addresses |= {"/reflections/id": written, "quarter": "2026-Q4"}
    published_quarters.publish("2026-Q3")
    community.addresses["/reports/regions/{region}/quarter"] = "2026-Q3"
    community.addresses["quarter of /reports/kpi/{quarter}/readiness"] = "2027-Q1"
    community.addresses |= {
        "invitation": opened[0]["id"],
        "list_id": checked["id"],
        "addition": own,
    }
    begun = {"title": "Tea", "start_from": "needs"}  # one for each route that changes it
    for route in [each for each in BODIES if each.startswith("/questionnaires/{id}/")]:
        made = cloud.call("POST", "/communities/SW/questionnaires", begun, bearer=community.office)
        community.addresses[f"id of {route}"] = made.json["questionnaire"]
    return RoleSessions(cloud, owner)


def test_every_route_is_in_the_table() -> None:
    routes = {
        (method.upper(), path) for path, each in openapi.built()["paths"].items() for method in each
    }
    assert set(EXPECTED) == routes


@pytest.mark.parametrize(("method", "path"), EXPECTED)
def test_a_route_lets_in_whom_it_should(
    method: str, path: str, community: SampleCommunity, people: RoleSessions
) -> None:
    expected = EXPECTED[method, path]
    refused = [role for role, sign in expected.items() if sign != "o"]
    before = community.cloud.written()
    answers = {role: people.ask(role, method, path, community).status for role in refused}
    assert community.cloud.written() == before
    answers |= {
        role: people.ask(role, method, path, community).status
        for role in set(expected) - set(refused)
    }
    assert {role: classed(method, status) for role, status in answers.items()} == expected, answers
    if (method, path) not in UNFINISHED:
        assert min(answers.values()) < 300, answers


def classed(method: str, status: int) -> str:
    """The table's sign for an answer, or the status itself where it may not be."""
    signs = [sign for sign, those in (REFUSED | {"o": LET_IN[method]}).items() if status in those]
    return signs[0] if signs else str(status)


def test_what_colleagues_share_is_closed_until_confirmed(
    community: SampleCommunity, people: RoleSessions
) -> None:
    new = {"bearer": people.known["member"]}
    shared = community.cloud.call("GET", "/reflections", query={"region": "SW"}, **new)
    assert shared.status == 403
    assert "Ní Dhomhnaill" not in community.cloud.call("GET", "/communities/SW", **new).text


def test_only_co_chairs_and_the_office_see_members_ids(
    community: SampleCommunity, people: RoleSessions
) -> None:
    for role, expected in (("chair", True), ("office", True), ("confirmed", False)):
        overview = community.cloud.call("GET", "/communities/SW", bearer=people.new(role))
        assert ("person1" in overview.text) is expected, overview
