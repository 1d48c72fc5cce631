"""The inbox: mail to the national office.

A person reads each mail, whatever a machine answers.
"""
