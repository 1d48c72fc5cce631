"""The doors of a member's own page: what is held about them, changed by themselves."""

from comhar.web import App

app = App("profile")
handler = app.handler
