"""Dublin time, working days, quarters and calendar files."""
