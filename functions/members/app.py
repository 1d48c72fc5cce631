"""Serves visitors and members: all but reflections, the answering of surveys and the office's own pages."""

from comhar.cold_start import importing

with importing():
    from comhar.web.dispatch import serve

handler = serve(
    "communities.routes",
    "membership.routes",
    "register.link_routes",
    "profile.routes",
    "erasure.routes",
    "meetings.routes",
    "meetings.overview.routes",
    "meetings.agenda.routes",
    "meetings.day.routes",
    "polls.routes",
    "questionnaires.routes",
    "results.routes",
)
