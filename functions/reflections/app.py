"""Serves reflections and the data export; it alone may use the encryption key."""

from comhar.cold_start import importing

with importing():
    from comhar.web.dispatch import serve

handler = serve("reflections.routes", "data_export.routes")
