"""Meetings: from the date through the agenda and the answers to the record of what came of it."""
