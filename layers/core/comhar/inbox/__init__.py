"""The inbox: mail to the National Office.

A person reads each mail, whatever a machine answers.
"""
