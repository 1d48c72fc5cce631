"""Serves visitors and members.

All but reflections, the answering of surveys and the office's own pages.
"""

from comhar.cold_start import importing

with importing():
    from comhar.web.dispatch import serve

handler = serve(
    "communities.routes",
    "community_home.routes",
    "phases.routes",
    "leadership.routes",
    "terms_of_reference.routes",
    "vision.routes",
    "sign_up.routes",
    "membership.routes",
    "home.routes",
    "my_year.routes",
    "register.link_routes",
    "profile.routes",
    "absence.routes",
    "erasure.routes",
    "meetings.routes",
    "meetings.overview.routes",
    "meetings.agenda.routes",
    "meetings.day.routes",
    "meetings.year_plan.routes",
    "polls.routes",
    "messages.routes",
    "peers.routes",
    "questionnaires.routes",
    "results.routes",
    "wheel.routes",
)
