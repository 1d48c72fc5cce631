"""Serves those who answer surveys; reads no session and logs nothing that happens."""

from comhar.cold_start import importing

with importing():
    from comhar.web.dispatch import serve

handler = serve("surveys.routes")
