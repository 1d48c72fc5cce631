"""Dates as Comhar needs them: Dublin time, working days, quarters and calendar files."""
