"""The inbox: mail to the national office, each of which a person reads, whatever a machine answers."""
