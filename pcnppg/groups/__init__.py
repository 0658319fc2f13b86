"""A patient participation group: whose it is, what it is for, who holds which role, and what each role may do.

A practice group belongs to one practice, a network group to one network. Roles are only ever added and ended; a person
comes to a role by an invitation that they accept.
"""
