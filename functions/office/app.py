"""Serves the National Office's pages.

It alone reads the audit, the mail and the reports.
"""

from comhar.cold_start import importing

with importing():
    from comhar.web.dispatch import serve

handler = serve(
    "register.routes",
    "invitations.routes",
    "inbox.routes",
    "reports.routes",
    "reports.our_routes",
    "reports.record_routes",
    "reports.readiness_routes",
    "reports.date_routes",
    "reports.export_routes",
    "reports.publish_routes",
    "communities.office_routes",
    "holds.routes",
    "all_regions.routes",
)
