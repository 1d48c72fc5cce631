"""Serves reflections and the download of one's own data: it alone may use the key that seals them."""

from comhar.cold_start import importing

with importing():
    from comhar.web.dispatch import serve

handler = serve("reflections.routes", "data_export.routes")
