"""A community's page, and the checklist of starting one."""
